import type { ConnectedApp } from '@keyway/contract'
import type { TFunction } from 'i18next'

/** What an app is called here: its address, which is proved, or what is known of a key that was carried by hand. */
export function appName({ app, key_name }: ConnectedApp, t: TFunction): string {
  return app.name ?? app.host ?? t('apps.headless', { name: key_name })
}
