import { ImageOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { hostOf, safeLink } from './safe-link.ts'

/** Pictures that are in the text itself. SVG is not among them: it can hold scripts. */
const EMBEDDED = /^data:image\/(?:png|jpeg|gif|webp);base64,/

/**
 * An image of an answer. One from elsewhere is named and not fetched: its address could carry what was said here to
 * whoever owns it. The page's policy refuses it too, so it opens in a tab of its own, when the reader says so.
 */
export function RemoteImage({ href, description }: { href: string; description: string }) {
  const { t } = useTranslation()
  if (EMBEDDED.test(href)) return <img src={href} alt={description} />
  const address = safeLink(href)
  const host = address === undefined ? undefined : hostOf(address)
  if (host === undefined) return <span>{description}</span>
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow" title={address} className="remote-image">
      <ImageOff aria-hidden="true" />
      <span>
        {description === '' ? t('chat.image') : description}
        <small>{t('chat.openImage', { host })}</small>
      </span>
    </a>
  )
}
