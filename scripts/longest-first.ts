import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that take long for their size, the longest first. Vitest begins with the largest where it has not measured any yet,
 * as on a fresh machine, and would come to these few lines last, with one core idle beside them.
 */
const LONG = [
  'packages/server/src/store/postgres/store.test.ts',
  'packages/web/e2e/screens.test.ts',
  'packages/server/src/store/sqlite/store.test.ts',
  'packages/server/src/store/sqlite/crash.test.ts',
  'packages/server/src/proof/crash.test.ts',
  'packages/web/e2e/newcomers.test.ts',
  'packages/web/e2e/shelves.test.ts',
  'packages/web/e2e/first-steps.test.ts',
  'packages/server/src/proof/secrets.test.ts',
]

const placeOf = ({ moduleId }: TestSpecification) => {
  const place = LONG.findIndex((file) => moduleId.endsWith(file))
  return place === -1 ? LONG.length : place
}

/** Long files first, then in vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b))
  }
}
