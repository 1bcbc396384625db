import t from 'tap'
import { MOST_WAITING, VerificationTurns } from '../src/verification-turns.ts'
import { Gateway } from './gateway.ts'

/** Turns of an event loop that end when the test says so, and a clock that moves with the work. */
class ManualTurns {
  time = 0
  #ends: (() => void)[] = []
  readonly now = () => this.time
  readonly atEnd = (run: () => void) => void this.#ends.push(run)

  /** Ends a turn in which other things took `ms`. Whether somebody had waited for it. */
  end(ms = 0): boolean {
    this.time += ms
    const ends = this.#ends
    this.#ends = []
    for (const run of ends) run()
    return ends.length > 0
  }
}

/** A queue, and a way to put `count` into it who take 0.13 ms each: with their answer 0.21 ms. `done` has whose turn it was. */
const scene = () => {
  const turns = new ManualTurns()
  const queue = new VerificationTurns(turns)
  const done: number[] = []
  let last = 0
  const come = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const number = last++
      void queue.take(() => {
        turns.time += 0.13
        done.push(number)
      })
    }
  }
  return { turns, queue, done, come }
}

void t.test('alone they are served at once, for 2 ms of a turn, and then in the next ones, in their order', async t => {
  const { turns, done, come } = scene()
  come(25)
  t.equal(done.length, 10)
  turns.end()
  t.equal(done.length, 20)
  come(1)
  t.equal(done.length, 20, 'who comes later is behind those that wait, whatever is left of the turn')
  turns.end()
  t.strictSame(
    done,
    Array.from({ length: 26 }, (_, i) => i)
  )
  t.equal(turns.end(), false, 'nobody is waited for any more')
})

void t.test('while known callers come, they get a quarter of the time, and one of them in any case', async t => {
  const { turns, queue, done, come } = scene()
  queue.known()
  come(100)
  t.equal(done.length, 1)
  queue.known()
  turns.end(4)
  t.equal(done.length, 6, 'a quarter of a bit more than 4 ms')
  queue.known()
  turns.end(0.01)
  t.equal(done.length, 7, 'a quarter of what those five took is less than one')
})

void t.test('5 ms after the last known caller they have the thread again', async t => {
  const { turns, queue, done, come } = scene()
  queue.known()
  come(100)
  turns.end(4)
  t.equal(done.length, 6)
  turns.end(1)
  t.equal(done.length, 16)
})

void t.test('work that fails is the failure of its own request alone', async t => {
  const { turns, queue, done, come } = scene()
  come(10)
  const failed = queue.take(() => {
    throw new Error('no key')
  })
  come(1)
  turns.end()
  await t.rejects(failed as Promise<unknown>, { message: 'no key' })
  t.equal(done.length, 11)
})

void t.test(
  'a flood lets nobody wait whose token is remembered, and everybody else is answered in the end',
  async t => {
    const gateway = await Gateway.start(t)
    const entry = await gateway.entry()
    const token = gateway.token()
    t.equal(await entry.send(token), undefined)
    const dot = token.lastIndexOf('.') + 10
    const forged = token.slice(0, dot) + (token[dot] === 'A' ? 'B' : 'A') + token.slice(dot + 1)
    const flood = Array.from({ length: 500 }, () => entry.send(forged))
    t.ok(flood.at(-1) instanceof Promise)
    t.equal(entry.send(token), undefined, 'at once')
    const missing = entry.sendHeaders(['Host', 'mcp.contoso.example']).outcome
    t.ok(missing instanceof Promise, 'who brings none waits, too')
    for (const reply of flood) t.match(await reply, { code: 'SLUICE_AUTH_SIGNATURE_INVALID' })
    t.match(await missing, { code: 'SLUICE_AUTH_TOKEN_MISSING' })
  }
)

void t.test('where too many wait already it is 503, and no caller with a remembered token notices', async t => {
  const gateway = await Gateway.start(t)
  const entry = await gateway.entry()
  const token = gateway.token()
  t.equal(await entry.send(token), undefined)
  const waiting: unknown[] = []
  while (waiting.length < MOST_WAITING) {
    const outcome = entry.send('no.such.token')
    if (outcome instanceof Promise) waiting.push(outcome)
  }
  t.match(entry.send(gateway.token({ name: 'Grace Hopper' })), {
    status: 503,
    code: 'SLUICE_AUTH_OVERLOADED',
    headers: [['retry-after', '5']]
  })
  t.equal(entry.send(token), undefined)
  await Promise.all(waiting)
})
