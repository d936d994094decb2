import { additionalData } from './additional-data.ts'
import type { DataKeys, Owner } from './data-keys.ts'
import { openText, parseSealed, sealText } from './seal.ts'

/** What a secret of a person's own is for. One that was sealed for one purpose opens for no other. */
export type SecretPurpose = 'totp'

/**
 * Seals what belongs to one person and is no credential, under their data key: it outlives every rotation of the root
 * key, since old data keys stay, wrapped anew.
 */
export type UserSecrets = {
  seal(owner: Owner & { userId: string }, purpose: SecretPurpose, text: string): Promise<Uint8Array>
  /** @throws SealError when it is damaged, another person's or of another purpose */
  open(owner: Owner & { userId: string }, purpose: SecretPurpose, sealed: Uint8Array): Promise<string>
}

/** @param of.serially runs acts that count a data key's uses one after the other */
export function createUserSecrets(of: {
  installId: string
  dataKeys: DataKeys
  serially<T>(act: () => Promise<T>): Promise<T>
}): UserSecrets {
  const { installId, dataKeys, serially } = of
  const dataOf = ({ workspaceId, userId }: Owner, purpose: SecretPurpose) =>
    additionalData(['keyway/user-secret/v1', installId, workspaceId, userId, purpose])
  return {
    seal: (owner, purpose, text) =>
      serially(async () => {
        const dek = await dataKeys.forSeal(owner)
        return sealText(dek.key, dek.id, dataOf(owner, purpose), text)
      }),
    async open(owner, purpose, sealed) {
      const parsed = parseSealed(sealed, dataOf(owner, purpose))
      return openText(await dataKeys.find(parsed.keyId), parsed)
    },
  }
}
