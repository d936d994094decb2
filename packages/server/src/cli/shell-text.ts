/** The ways in which assignments are printed. */
export const SHELLS = ['sh', 'powershell', 'dotenv'] as const

/** @see {@link SHELLS} */
export type Shell = (typeof SHELLS)[number]

/**
 * Assignments that point a client at Keyway, one a line, and nothing else: the variables of the OpenAI clients, and ours.
 * 'sh' -> "export OPENAI_API_KEY='kwy_k1_...'"
 */
export function assignments(shell: Shell, { key, baseUrl }: { key: string; baseUrl: string }): string[] {
  const pairs = [
    ['OPENAI_API_KEY', key],
    ['OPENAI_BASE_URL', baseUrl],
    ['KEYWAY_API_KEY', key],
    ['KEYWAY_BASE_URL', baseUrl],
  ] as const
  return pairs.map(([name, value]) => WRITE[shell](name, value))
}

const WRITE: Readonly<Record<Shell, (name: string, value: string) => string>> = {
  // Within single quotes a shell reads everything as it is; a quote itself is closed, escaped and opened again.
  sh: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  powershell: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
  dotenv: (name, value) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
}
