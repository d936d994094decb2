// node scripts/test-looks.ts: every screen in the look, dark or light, that npm test leaves out; one line says how many passed.
import { runVitest } from './run-vitest.ts'

const { passed, failed, skipped } = runVitest(['packages/web/e2e/screens.test.ts'], { KEYWAY_TEST_LOOKS: 'other' })
console.log(`${passed} passed, ${failed + skipped} failed`)
process.exitCode = failed + skipped === 0 && passed > 0 ? 0 : 1
