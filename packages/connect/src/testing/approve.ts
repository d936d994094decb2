/** Approves at the simulated OpenRouter, whose consent is 'approve', and gives the callback that it leads to. For tests. */
export async function approve(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' })
  await response.body?.cancel()
  const location = response.headers.get('location')
  if (location === null) throw new Error(`the issuer answered ${response.status} and led nowhere`)
  return location
}

/** Approves without a way back, and reads the code off the page. For tests. */
export async function copyCode(url: string): Promise<string> {
  const page = await (await fetch(url)).text()
  const code = /id="code">([^<]+)</.exec(page)?.[1]
  if (code === undefined) throw new Error('the page shows no code')
  return code
}
