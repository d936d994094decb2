import { readFile } from 'node:fs/promises'

/** The guides that error messages point to, by the name in their address. */
const GUIDES = ['troubleshooting', 'proxy-guide'] as const

/**
 * Reads the guides that we serve: from the repository's docs/, or from the copy that the build puts beside the program.
 * @param here the program's own address
 */
export async function loadDocuments(here: string): Promise<Record<string, string>> {
  const folder = here.endsWith('.ts') ? '../../../docs/' : './docs/'
  const texts = await Promise.all(GUIDES.map((name) => readFile(new URL(`${folder}${name}.md`, here), 'utf8')))
  return Object.fromEntries(GUIDES.map((name, i) => [name, texts[i] ?? '']))
}
