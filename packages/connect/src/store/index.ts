export { createSealedStore, memoryRows, type SealedRows, type SealedStore } from './sealed-store.ts'
export { createSealer, newSealingSecret, type Owner, SealError, type Sealer, type SealingKeys } from './sealer.ts'
