import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port of the loopback that was free just now, for what has to be told its port before it starts. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address')
  server.close()
  await once(server, 'close')
  return address.port
}
