import { parentPort, workerData } from 'node:worker_threads'
import type { Rate } from '../src/gcra.ts'
import { SharedStore } from '../src/shared-store.ts'
import type { TableShare } from '../src/table-owner.ts'

const { rate, share } = workerData as { readonly rate: Rate; readonly share: TableShare }
const store = new SharedStore({ ...share, madeUp: false, now: () => 1 })
let allowed = 0
for (let i = 0; i < 1000; i++) {
  const charges = [
    { key: 'a', cost: 1 },
    { key: `b${i % 3}`, cost: 0 }
  ]
  if (store.take(charges, rate).allowed) allowed++
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none, as a window has
parentPort!.postMessage(allowed)
