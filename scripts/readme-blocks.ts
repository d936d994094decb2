/** A fenced block of a Markdown text. */
export type Block = { language: string; code: string }

/** All fenced blocks, in order. */
export function readBlocks(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? '',
    code: match[2] ?? '',
  }))
}

/** The request that an example makes, as far as an example says it. */
export type ExampleRequest = { baseUrl: string; model: string; messages: unknown; stream: boolean; key: string }

/** Reads the request out of a TypeScript or Python example that uses the `openai` client. @throws Error naming what it lacks */
export function readRequest(code: string): ExampleRequest {
  const find = (what: string, pattern: RegExp): string => {
    const found = pattern.exec(code)?.[1]
    if (found === undefined) throw new Error(`the example has no ${what}`)
    return found
  }
  const messages = find('messages', /messages\s*[:=]\s*(\[[\s\S]*?\])/)
  return {
    baseUrl: find('base URL', /base(?:URL|_url)\s*[:=]\s*['"]([^'"]+)['"]/),
    key: find('key', /(?:process\.env|os\.environ)\[['"]([A-Z_]+)['"]\]/),
    model: find('model', /model\s*[:=]\s*['"]([^'"]+)['"]/),
    messages: JSON.parse(messages.replaceAll(/([{,]\s*)(\w+):/g, '$1"$2":').replaceAll("'", '"')),
    stream: /stream\s*[:=]\s*(?:true|True)/.test(code),
  }
}
