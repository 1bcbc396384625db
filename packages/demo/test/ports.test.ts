import { createServer } from 'node:net'
import t from 'tap'
import { listen, onDefaultOrFreePort, reservePort } from '../src/ports.ts'

const host = '127.0.0.1'

void t.test('a default port that is taken is replaced by a free one', async t => {
  const holder = createServer()
  t.teardown(() => holder.close())
  const taken = await listen(holder, { host, port: 0 })

  const tried: number[] = []
  const server = createServer()
  t.teardown(() => server.close())
  const port = await onDefaultOrFreePort(taken, port => {
    tried.push(port)
    return listen(server, { host, port })
  })
  t.same(tried, [taken, 0])
  t.not(port, taken)
})

void t.test('an error that has nothing to do with the port is passed on', async t => {
  let calls = 0
  const start = (): Promise<never> => {
    calls++
    return Promise.reject(new Error('broken'))
  }
  await t.rejects(onDefaultOrFreePort(1, start), { message: 'broken' })
  t.equal(calls, 1)
})

void t.test('a reserved port is held until it is released', async t => {
  const reserved = await reservePort({ host, port: 0 })
  const server = createServer()
  t.teardown(() => server.close())
  await t.rejects(listen(server, { host, port: reserved.port }), { code: 'EADDRINUSE' })
  await reserved.release()
  await reserved.release()
  t.equal(await listen(server, { host, port: reserved.port }), reserved.port)
})
