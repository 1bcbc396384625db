/** What the upstream answers to everything; `upstreams/nginx.conf` has the same. */
export const ANSWER =
  '{"jsonrpc":"2.0","id":7,"result":{"content":[{"type":"text","text":"3 open incidents, oldest 4 h"}],"isError":false}}'

/** A tools/call of 200 bytes. */
export const CALL = JSON.stringify({
  jsonrpc: '2.0',
  id: 7,
  method: 'tools/call',
  params: {
    name: 'incidents_search',
    arguments: { query: 'status:open assigned:me', site: 'Contoso Munich plant 4', limit: 25, sort: 'age' }
  }
}).padEnd(200)
