/** 1: every figure at its full count. `npm test` runs about a twentieth. */
export const SCALE_VARIABLE = 'KEYWAY_PROOF_SCALE'

/** The seed of every property, so that a failure can be had again. */
export const SEED_VARIABLE = 'KEYWAY_PROOF_SEED'

/**
 * A test prints a line that begins so to have its figure in the report's table:
 * `proof: F17 | 10000000 | 0 differences from exact rationals | 42 | 61.3` (figure, count, measured, seed, seconds).
 */
export const REPORT_PREFIX = 'proof: '
