/**
 * Where the writer's thread is loaded from: `worker.ts` beside this file when run from source. A build must emit
 * `worker.ts` as an entry of its own named `store-writer.js`, in the folder of the chunk that holds this function.
 */
export function writerUrl(): URL {
  const source = import.meta.url.endsWith('.ts')
  return new URL(source ? './worker.ts' : './store-writer.js', import.meta.url)
}
