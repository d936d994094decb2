/**
 * scrypt's N, r and p for new passwords: 32 MiB and about a third of a second.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html (2026-11)
 */
export const PASSWORD_COST = { cost: 32_768, blockSize: 8, parallelism: 3 }
