/** scrypt's cost in tests that are not about it: they hash some hundred passwords, each a third of a second of a core. */
export const PASSWORD_COST = { cost: 1_024, blockSize: 8, parallelism: 1 }
