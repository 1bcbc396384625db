import { parentPort, workerData } from 'node:worker_threads'
import { WorkerGateway } from './worker-gateway.ts'
import type { WorkerStart } from './messages.ts'

/** The whole program of a worker's thread. */
void new WorkerGateway(parentPort!, workerData as WorkerStart)
