/** What the person's browser holds of an example. */
type Jar = Map<string, string>

/** What a person sees of a server example. */
export type Story = {
  /** Where the issuer sent them back to, as it was. */
  callback: URL
  /** Where the callback led. */
  ended: string | null
  /** The answer to what they asked. */
  answer: { status: number; text: string }
}

/**
 * Signs in at a server example, connects, and asks.
 * @param approve what the person does with the issuer's address; gives the callback that it leads to
 */
export async function connectAndChat(
  url: string,
  { approve, model }: { approve: (url: string) => Promise<string>; model: string },
): Promise<Story> {
  const jar: Jar = new Map()
  const go = async (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) => {
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
    const headers = { ...init.headers, ...(cookie === '' ? {} : { cookie }) }
    const response = await fetch(new URL(path, url), { redirect: 'manual', ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (line.includes('Max-Age=0')) jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }
  const form = { origin: url, 'content-type': 'application/x-www-form-urlencoded' }
  await go('/sign-in', { method: 'POST', headers: form })
  const started = await go('/connect/start?return_to=%2F', { method: 'POST', headers: form })
  const callback = new URL(await approve(started.headers.get('location') ?? ''))
  const ended = await go(callback.href)
  const answer = await go('/api/chat', {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
  })
  const text = await answer.text()
  return { callback, ended: ended.headers.get('location'), answer: { status: answer.status, text } }
}
