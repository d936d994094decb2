import { connect } from 'node:net'

/** What came back over a bare socket. */
export type RawAnswer = { status: number; head: string; body: string }

/**
 * Sends these very bytes and reads until the server closes: for heads that no HTTP client would send. The head should
 * ask for `Connection: close`.
 */
export function sendRaw(url: string, bytes: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes))
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const split = text.indexOf('\r\n\r\n')
      const head = text.slice(0, split)
      resolve({ status: Number(head.split(' ')[1]), head, body: text.slice(split + 4) })
    })
  })
}
