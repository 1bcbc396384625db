import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyFiles } from '@sluice/plugin-audit/reading'
import type { Test } from 'tap'
import { type AuditRecord, recordsOf } from './audit-records.ts'
import { contoso } from './contoso.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A call of a tool. */
export const message = (id: unknown, name: string, given: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: given }
})

const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

const fieldsDoc = readFileSync(join(import.meta.dirname, '../../docs/audit.md'), 'utf8')

/** A company whose gateway records. */
export const audited = async (t: Test, audit: object = {}, more: Parameters<typeof contoso>[1] = {}) => {
  const file = join(temporaryFolder(t), 'audit.jsonl')
  const company = await contoso(t, { filters: [{ audit: { file, ...audit } }], ...more })
  const token = company.entra.issueToken({ scopes: ['mcp_access'] })
  const post = async (body: unknown, fields: object = { authorization: `Bearer ${token}` }): Promise<Response> => {
    const response = await fetch(company.mcp, {
      method: 'POST',
      headers: { ...headers, ...fields },
      body: typeof body === 'string' ? body : JSON.stringify(body)
    })
    await response.text()
    return response
  }
  /** What is in the file once the gateway has stopped. */
  const records = async (): Promise<AuditRecord[]> => {
    await company.close()
    t.equal((await verifyFiles([file])).ok, true)
    const found = recordsOf(file)
    for (const name of new Set(found.flatMap(record => Object.keys(record)))) t.match(fieldsDoc, `\`${name}\``)
    return found
  }
  return { ...company, file, token, post, records }
}
