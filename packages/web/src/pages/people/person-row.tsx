import type { Invited, Person, PersonChange, Role } from '@keyway/contract'
import { Ellipsis, KeyRound, KeySquare, Lock, Send, ShieldCheck, Undo2, UserCheck, UserX } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { formatDay, formatMoment } from '../../format/time.ts'
import { spokenLanguage, withTexts } from '../../i18n/i18n.ts'
import { IconButton } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { toast } from '../../ui/toast.ts'
import { peopleQuery } from './queries.ts'

const DisableDialog = lazy(() => withTexts(['people'], import('./disable-dialog.tsx')))

const ROLES = ['owner', 'admin', 'member'] as const
const MAKE = { owner: 'people.makeOwner', admin: 'people.makeAdmin', member: 'people.makeMember' } as const

/** One person, and what whoever runs the workspace can do about them. */
export function PersonRow({ person, onInvited }: { person: Person; onInvited: (invited: Invited) => void }) {
  const { t, i18n } = useTranslation()
  const { user, state } = useSignedIn()
  const [disabling, setDisabling] = useState(false)
  const { id, name, email, role, disabled, guest, invitation } = person
  const self = id === user.id
  // As the server has it: an owner acts upon anyone, an admin upon members.
  const mayAct = !self && (user.role === 'owner' || role === 'member')
  const told = (changed: Person, { role, guest }: PersonChange) => {
    if (role !== undefined) return t('people.roleChanged', { name, role: t(`roleNames.${changed.role}`) })
    if (guest !== undefined) return t(guest ? 'people.unshared' : 'people.shared', { name })
    return t('people.enabledToast', { name })
  }
  const change = useAct((body: PersonChange) => request('PATCH /api/app/users/:id', { params: { id }, body }), {
    changes: [peopleQuery.queryKey],
    done: (changed, body) => toast(told(changed, body)),
  })
  const link = useAct(() => request('POST /api/app/users/:id/setup-link', { params: { id } }), { done: onInvited })
  const resend = useAct(
    () => request('POST /api/app/users/:id/invitation', { params: { id }, body: { language: spokenLanguage() } }),
    { changes: [peopleQuery.queryKey], done: onInvited },
  )
  const withdraw = useAct(() => request('DELETE /api/app/users/:id/invitation', { params: { id } }), {
    changes: [peopleQuery.queryKey],
    done: () => toast(t('people.withdrawn', { name })),
  })
  const otherRoles: readonly Role[] = user.role === 'owner' ? ROLES.filter((one) => one !== role) : []
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-2 border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex items-center gap-3">
        <span
          className={`grid size-8 shrink-0 place-items-center rounded-md text-sm font-semibold uppercase ${disabled ? 'bg-sunken text-ink-3' : 'bg-brass-wash text-brass-text'}`}
          aria-hidden="true"
        >
          {name.slice(0, 1)}
        </span>
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="truncate font-medium">{name}</span>
            <Chip tone={role === 'owner' ? 'brass' : 'quiet'}>{t(`roleNames.${role}`)}</Chip>
            {self && <Chip tone="hold">{t('people.you')}</Chip>}
            {invitation !== null && !disabled && <Chip tone="brass">{t('people.invited')}</Chip>}
            {guest && <Chip>{t('people.guest')}</Chip>}
            {disabled && <Chip tone="alarm">{t('people.disabled')}</Chip>}
          </p>
          <p className="wrap-anywhere text-xs text-ink-3">
            {email !== null && <span className="block sm:inline sm:after:content-['_·_']">{email}</span>}
            {invitation === null
              ? t('people.joined', { when: formatDay(person.created_at, i18n.language) })
              : invitation.expires_at === null
                ? t('people.invitedOver')
                : t('people.invitedUntil', { time: formatMoment(invitation.expires_at, i18n.language) })}
          </p>
        </div>
        {mayAct && (
          <Menu
            trigger={
              <IconButton label={t('common.menuFor', { name })}>
                <Ellipsis aria-hidden="true" />
              </IconButton>
            }
          >
            {invitation === null ? (
              <MenuItem onSelect={() => link.mutate()}>
                <KeySquare aria-hidden="true" />
                {t('people.newLink')}
              </MenuItem>
            ) : (
              <MenuItem onSelect={() => resend.mutate()}>
                <Send aria-hidden="true" />
                {t(state.mail && email !== null ? 'people.resend' : 'people.relink')}
              </MenuItem>
            )}
            {role === 'member' && invitation === null && (
              <MenuItem onSelect={() => change.mutate({ guest: !guest })}>
                {guest ? <KeyRound aria-hidden="true" /> : <Lock aria-hidden="true" />}
                {t(guest ? 'people.share' : 'people.unshare')}
              </MenuItem>
            )}
            {otherRoles.map((other) => (
              <MenuItem key={other} onSelect={() => change.mutate({ role: other })}>
                <ShieldCheck aria-hidden="true" />
                {t(MAKE[other])}
              </MenuItem>
            ))}
            <MenuLine />
            {invitation !== null && (
              <MenuItem danger onSelect={() => withdraw.mutate()}>
                <Undo2 aria-hidden="true" />
                {t('people.withdraw')}
              </MenuItem>
            )}
            {disabled ? (
              <MenuItem onSelect={() => change.mutate({ disabled: false })}>
                <UserCheck aria-hidden="true" />
                {t('people.enable')}
              </MenuItem>
            ) : (
              <MenuItem danger onSelect={() => setDisabling(true)}>
                <UserX aria-hidden="true" />
                {t('people.disable')}
              </MenuItem>
            )}
          </Menu>
        )}
      </div>
      <Failure error={change.error ?? link.error ?? resend.error ?? withdraw.error} />
      <Suspense>{disabling && <DisableDialog person={person} onClose={() => setDisabling(false)} />}</Suspense>
    </li>
  )
}
