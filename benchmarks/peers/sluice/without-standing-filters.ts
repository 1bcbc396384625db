// Serves a configuration file with the core alone: in every chain stand only the filters named behind it.
import { createGateway } from '@sluice/core'

const [file = '', ...inEveryChain] = process.argv.slice(2)

const nothing = (): void => {}
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => silent }
const pluginBases = [import.meta.resolve('@sluice/cli/package.json')]

const gateway = createGateway(file, { env: process.env, pluginBases, inEveryChain, log: silent })
await gateway.start()
process.once('SIGTERM', () => void gateway.close())
