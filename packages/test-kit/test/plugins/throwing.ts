import good from './good.ts'

/** Cannot be imported. */
export default {
  ...good,
  name: ((): string => {
    throw new Error('no import today')
  })()
}
