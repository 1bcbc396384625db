// Verifies the tokens of a file with jose, and writes what one takes of the CPU as JSON: verify.ts TOKENS PEM ISSUER AUDIENCE SECONDS
import { readFileSync } from 'node:fs'
import { importSPKI, jwtVerify } from 'jose'

/** As many as the load has connections. */
const AT_ONCE = 32
const WARM_UP_SECONDS = 1

const [, , file = '', pem = '', issuer = '', audience = '', seconds = ''] = process.argv
const key = await importSPKI(readFileSync(pem, 'utf8'), 'RS256')
const tokens = readFileSync(file, 'utf8').trim().split('\n')
let next = 0

const verifyOne = (): Promise<unknown> =>
  jwtVerify(tokens[next++ % tokens.length]!, key, { issuer, audience, algorithms: ['RS256'] })

/** How many were verified. */
const verifyFor = async (howLong: number): Promise<number> => {
  const end = performance.now() + howLong * 1000
  let verified = 0
  for (; performance.now() < end; verified += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, verifyOne))
  return verified
}

await verifyFor(WARM_UP_SECONDS)
const before = process.cpuUsage()
const verified = await verifyFor(Number(seconds))
const { user, system } = process.cpuUsage(before)
process.stdout.write(JSON.stringify({ cpuMicros: (user + system) / verified }))
