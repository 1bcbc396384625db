export { checkGateway, type Gateway, startGateway } from './gateway/gateway.ts'
export { type CodeEntry, codes, type CoreCode } from './codes.ts'
export type { ParentLogger } from './gateway/services.ts'
