import type { UsageGroup } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { formatTokens } from '../../format/tokens.ts'
import { Usd } from '../../format/usd.tsx'
import { Card, Section } from '../../ui/page.tsx'

/** What each model, provider or key cost, the dearest first. */
export function GroupTable({ title, groups, mono }: { title: string; groups: readonly UsageGroup[]; mono?: boolean }) {
  const { t, i18n } = useTranslation()
  // For the width of a bar only.
  const most = Math.max(0, ...groups.map(({ cost_usd }) => Number(cost_usd)))
  const count = new Intl.NumberFormat(i18n.language)
  if (groups.length === 0) return null
  return (
    <Section title={title}>
      <Card className="px-4 py-1">
        <table className="w-full table-fixed text-sm">
          <thead className="text-left text-xs text-ink-3">
            <tr>
              <th className="py-2 font-medium">{t('usage.name')}</th>
              <th className="w-16 py-2 text-right font-medium max-sm:hidden">{t('usage.calls')}</th>
              <th className="w-24 py-2 text-right font-medium max-sm:hidden">{t('usage.tokensIn')}</th>
              <th className="w-24 py-2 text-right font-medium max-sm:hidden">{t('usage.tokensOut')}</th>
              <th className="w-24 py-2 text-right font-medium">{t('usage.cost')}</th>
            </tr>
          </thead>
          <tbody className="tabular">
            {groups.map(({ group, calls, tokens_prompt, tokens_completion, cost_usd }) => (
              <tr key={group} className="border-t border-line">
                <th scope="row" className="py-2 pr-4 text-left font-normal">
                  <span className={`block truncate ${mono ? 'font-mono text-xs' : ''}`} title={group}>
                    {group === '' ? t('usage.unnamed') : group}
                  </span>
                  <span aria-hidden="true" className="mt-1 block h-1 rounded-full bg-press">
                    <span
                      className="block h-full rounded-full bg-brass"
                      style={{ width: `${most === 0 ? 0 : (Number(cost_usd) / most) * 100}%` }}
                    />
                  </span>
                </th>
                <td className="py-2 text-right align-top max-sm:hidden">{count.format(calls)}</td>
                <td className="py-2 text-right align-top max-sm:hidden">
                  {formatTokens(tokens_prompt, i18n.language)}
                </td>
                <td className="py-2 text-right align-top max-sm:hidden">
                  {formatTokens(tokens_completion, i18n.language)}
                </td>
                <td className="py-2 text-right align-top font-medium">
                  <Usd amount={cost_usd} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    </Section>
  )
}
