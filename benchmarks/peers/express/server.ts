import { Agent } from 'node:http'
import express from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import { createProxyMiddleware } from 'http-proxy-middleware'

const { PORT, UPSTREAM, ISSUER, AUDIENCE, JWKS_URL } = process.env

const app = express()
app.use(auth({ issuer: ISSUER!, audience: AUDIENCE!, jwksUri: JWKS_URL!, tokenSigningAlg: 'RS256' }))
app.use(
  createProxyMiddleware({
    target: UPSTREAM!,
    agent: new Agent({ keepAlive: true, maxSockets: 128 }),
    on: { proxyReq: proxied => proxied.removeHeader('authorization') }
  })
)
app.listen(Number(PORT), '127.0.0.1')
