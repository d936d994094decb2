import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SCALE_VARIABLE } from './prove-names.ts'

/** The test files that run a figure: those that read the scale, themselves or through what they import. Sorted. */
export function findProofFiles(root: string): string[] {
  const reads = new Map<string, boolean>()
  const readsScale = (file: string): boolean => {
    const known = reads.get(file)
    if (known !== undefined) return known
    // Until it is known otherwise: files that import each other must not go round for ever.
    reads.set(file, false)
    const text = readFileSync(file, 'utf8')
    const imports = [...text.matchAll(/^(?:import|export|\}).* from '(\.[^']+\.ts)'$/gm)].map((match) =>
      join(dirname(file), match[1] ?? ''),
    )
    const found = text.includes(SCALE_VARIABLE) || imports.some(readsScale)
    reads.set(file, found)
    return found
  }
  return globSync(['packages/*/src/**/*.test.ts', 'packages/web/e2e/**/*.test.ts'], { cwd: root })
    .filter((file) => readsScale(join(root, file)))
    .sort()
}
