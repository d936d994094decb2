/** Stands in the built index.html where the server puts a fresh nonce into every answer. */
export const NONCE_PLACEHOLDER = '__KEYWAY_NONCE__'
