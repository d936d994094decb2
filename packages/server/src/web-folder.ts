import { fileURLToPath } from 'node:url'

/**
 * Where the built web app lies: in the repository's packages/web, or in the copy that the build puts beside the program.
 * @param here the program's own address
 */
export function webFolder(here: string): string {
  return fileURLToPath(new URL(here.endsWith('.ts') ? '../../web/dist' : './web', here))
}
