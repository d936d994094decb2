import type { Same } from '../areas.ts'
import type { texts as english } from '../en/terms.ts'

export const texts: Same<typeof english> = {
  terms: {
    resetNever: 'Nie',
    resetDaily: 'Jeden Tag',
    resetWeekly: 'Jede Woche',
    resetMonthly: 'Jeden Monat',
    expiryNever: 'Nie',
    expiry30: 'In 30 Tagen',
    expiry90: 'In 90 Tagen',
    expiry365: 'In einem Jahr',
    resets: { daily: 'täglich neu', weekly: 'wöchentlich neu', monthly: 'monatlich neu' },
  },
}
