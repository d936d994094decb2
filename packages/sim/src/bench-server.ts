import { createServer } from 'node:http'
import { answerBench, BENCH_PREFIX } from './bench.ts'
import { closeServer, listen } from './listening.ts'

/** The bench's mock, alone: nothing else runs in its process. */
export type BenchServer = { url: string; bench: { baseUrl: string }; close(): Promise<void> }

/** Starts the bench's mock on 127.0.0.1. */
export async function startBenchServer({ port }: { port: number }): Promise<BenchServer> {
  const server = createServer(answerBench)
  const url = await listen(server, port, '127.0.0.1')
  return { url, bench: { baseUrl: `${url}${BENCH_PREFIX}v1` }, close: () => closeServer(server) }
}
