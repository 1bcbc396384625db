// What a page does that calls an MCP server by itself: nothing but fetch, and the browser's rules.

const steps = []

/** Ends the run: the title tells whether it went well, the steps what happened. */
const end = title => {
  document.querySelector('pre').textContent = JSON.stringify(steps)
  document.title = title
}

const random = () => crypto.randomUUID() + crypto.randomUUID()

const challengeOf = async verifier => {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return new Uint8Array(hash).toBase64({ alphabet: 'base64url', omitPadding: true })
}

const rpc = (mcp, message, headers = {}) =>
  fetch(mcp, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', ...message })
  })

/** The result in a JSON answer, or in the last event of a stream. */
const resultOf = async response => {
  const text = await response.text()
  const data = text.startsWith('{') ? text : text.trim().split('data: ').at(-1)
  return JSON.parse(data).result
}

const signIn = async () => {
  const { mcp, client } = Object.fromEntries(new URLSearchParams(location.search))
  const refused = await rpc(mcp, { id: 0, method: 'ping' })
  const challenge = refused.headers.get('www-authenticate')
  steps.push({ status: refused.status, error: refused.headers.get('x-sluice-error') })
  const prm = await (await fetch(/resource_metadata="([^"]+)"/.exec(challenge)[1])).json()
  const [issuer] = prm.authorization_servers
  const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
  const verifier = random()
  const redirectUri = `${location.origin}/callback`
  sessionStorage.setItem('run', JSON.stringify({ mcp, client, verifier, redirectUri, metadata, steps }))
  const request = new URLSearchParams({
    client_id: client,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: /scope="([^"]+)"/.exec(challenge)[1],
    resource: prm.resource,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
    state: 'state'
  })
  location.assign(`${metadata.authorization_endpoint}?${request}`)
}

const redeem = async ({ metadata, client, redirectUri, verifier }) => {
  const code = new URLSearchParams(location.search).get('code')
  const form = { grant_type: 'authorization_code', client_id: client, redirect_uri: redirectUri, code }
  const body = new URLSearchParams({ ...form, code_verifier: verifier })
  return (await (await fetch(metadata.token_endpoint, { method: 'POST', body })).json()).access_token
}

const call = async () => {
  const run = JSON.parse(sessionStorage.getItem('run'))
  steps.push(...run.steps)
  const authorization = `Bearer ${await redeem(run)}`
  const clientInfo = { name: 'page', version: '1' }
  const initialized = await rpc(
    run.mcp,
    { id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } },
    { authorization }
  )
  const session = { authorization, 'mcp-session-id': initialized.headers.get('mcp-session-id') }
  const { protocolVersion } = await resultOf(initialized)
  const headers = { ...session, 'mcp-protocol-version': protocolVersion, 'mcp-param-region': 'eu' }
  await rpc(run.mcp, { method: 'notifications/initialized' }, headers)
  const { tools } = await resultOf(await rpc(run.mcp, { id: 2, method: 'tools/list' }, headers))
  steps.push({ tools: tools.map(tool => tool.name) })
  const params = { name: 'echo', arguments: { text: 'from a page' } }
  steps.push(await resultOf(await rpc(run.mcp, { id: 3, method: 'tools/call', params }, headers)))
  const ended = await fetch(run.mcp, { method: 'DELETE', headers })
  steps.push({ ended: ended.status })
}

try {
  if (location.pathname === '/callback') await call()
  if (location.pathname === '/callback') end('done')
  else await signIn()
} catch (error) {
  steps.push({ error: `${error.name}: ${error.message}` })
  end('failed')
}
