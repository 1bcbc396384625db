import good from './good.ts'

console.log('imported')
setInterval(() => {}, 60_000).unref()
process.on('SIGUSR2', () => {})
Object.assign(globalThis, { contoso: true })
process.env['CONTOSO'] = 'set'

/** Its import has every effect that it can. */
export default { ...good, name: 'importing' }
