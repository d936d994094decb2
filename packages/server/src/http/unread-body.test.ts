import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../testing/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.close())

/** Sends a head that promises a body, and none of the body. @returns the status line */
function promise(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(rig.url).port), '127.0.0.1')
    socket.once('error', reject)
    socket.once('data', (data) => {
      socket.destroy()
      resolve(data.toString().split('\r\n')[0] ?? '')
    })
    socket.write(
      `${line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 30000000\r\n\r\n`,
    )
  })
}

describe('no body is waited for', () => {
  it.each([
    ['POST /api/v1/nothing', 404],
    ['POST /nothing', 404],
    ['POST /health', 405],
    ['OPTIONS /api/v1/chat/completions', 204],
    ['POST /api/v1/chat/completions', 401],
  ])('from somebody unknown: %s', async (line, status) => {
    expect(await promise(line)).toContain(`HTTP/1.1 ${status} `)
  })
})

it('a path that is longer than any id is refused, and is no failure of ours', async () => {
  const response = await rig.call(`/api/v1/keys/${'a'.repeat(600)}`, { key: rig.managementKey })
  expect(response.status).toBe(400)
})
