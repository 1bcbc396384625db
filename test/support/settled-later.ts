import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again and again, for ten seconds at the most, until the answer is what is waited for; gives the last one. */
export const settledLater = async <T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> => {
  for (let tries = 0; ; tries++) {
    const answer = await ask()
    if (holds(answer) || tries === 1000) return answer
    await sleep(10)
  }
}
