/** Kinds of settings: what may be written, and the value it becomes. */
import { isIP } from 'node:net'
import { isSchedule } from '#subgraph/jobs/index.ts'

/** How one kind of setting is written. `parse` answers undefined for what does not fit; messages say `expects`. */
export type SettingType<Value> = {
  readonly name: string
  readonly expects: string
  /** The unit of the value after parsing, where it is a number of something. */
  readonly unit?: 'ms' | 'bytes'
  /** @param input text as written, or what a casting prefix (`number:`, `json:` …) made of it */
  readonly parse: (input: unknown) => Value | undefined
}

const asText = (input: unknown) =>
  typeof input === 'string'
    ? input
    : typeof input === 'number' || typeof input === 'boolean'
      ? String(input)
      : undefined

export const text: SettingType<string> = { name: 'text', expects: 'a text', parse: asText }

export const boolean: SettingType<boolean> = {
  name: 'boolean',
  expects: '`true` or `false`',
  parse: (input) => {
    const written = asText(input)?.trim().toLowerCase()
    if (written === 'true' || written === '1') return true
    return written === 'false' || written === '0' ? false : undefined
  },
}

/** Whole numbers from `least` to `most`. */
export const integer = (least: number, most: number = Number.MAX_SAFE_INTEGER): SettingType<number> => ({
  name: 'integer',
  expects:
    most === Number.MAX_SAFE_INTEGER ? `a whole number, at least ${least}` : `a whole number from ${least} to ${most}`,
  parse: (input) => {
    const written = asText(input)?.trim()
    if (written === undefined || !/^-?\d+$/.test(written)) return undefined
    const number = Number(written)
    return number >= least && number <= most ? number : undefined
  },
})

export const choice = <const Value extends string>(...values: readonly Value[]): SettingType<Value> => ({
  name: 'choice',
  expects: `one of ${values.map((value) => `\`${value}\``).join(', ')}`,
  parse: (input) => values.find((value) => value === asText(input)?.trim().toLowerCase()),
})

/** Comma-separated; spaces around entries and empty entries are dropped. */
export const list: SettingType<readonly string[]> = {
  name: 'list',
  expects: 'a comma-separated list',
  parse: (input) => {
    const entries = Array.isArray(input) ? input.map(asText) : asText(input)?.split(',')
    const trimmed = entries?.map((entry) => entry?.trim())
    return trimmed?.every((entry) => entry !== undefined) ? trimmed.filter((entry) => entry !== '') : undefined
  },
}

const durationUnits = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A length of time in milliseconds, written as a number of them or with a unit: `500ms`, `5s`, `1.5m`, `2h`, `7d`. */
export const duration: SettingType<number> = {
  name: 'duration',
  expects: 'a length of time such as `500`, `500ms`, `5s`, `10m`, `2h` or `7d`',
  unit: 'ms',
  parse: (input) => {
    const [, amount, unit = 'ms'] =
      asText(input)
        ?.trim()
        .match(/^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/i) ?? []
    // The pattern admits no other unit.
    return amount === undefined
      ? undefined
      : Number(amount) * durationUnits[unit.toLowerCase() as keyof typeof durationUnits]
  },
}

const byteUnits = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }

/** A size in bytes, written as a number of them or with a unit: `500kb`, `1mb`. One kb is 1,024 bytes. */
export const bytes: SettingType<number> = {
  name: 'size',
  expects: 'a size such as `65536`, `500kb` or `1mb`',
  unit: 'bytes',
  parse: (input) => {
    const [, amount, unit = 'b'] =
      asText(input)
        ?.trim()
        .match(/^(\d+(?:\.\d+)?)\s*(b|kb|mb|gb)?$/i) ?? []
    // The pattern admits no other unit.
    return amount === undefined
      ? undefined
      : Math.floor(Number(amount) * byteUnits[unit.toLowerCase() as keyof typeof byteUnits])
  },
}

/** When something is done again and again, as cron has it. */
export const cron: SettingType<string> = {
  name: 'cron',
  expects: 'a schedule of five fields as cron has it, or six with seconds first, such as `0 3 * * *`',
  parse: (input) => {
    const written = asText(input)?.trim()
    return written !== undefined && isSchedule(written) ? written : undefined
  },
}

export type TlsSetting = boolean | Readonly<Record<string, unknown>>

/** `true`, `false`, or the driver's own TLS options, as JSON or one by one (`NAME__CA=…`). */
export const tls: SettingType<TlsSetting> = {
  name: 'boolean or options',
  expects: '`true`, `false`, or TLS options such as `DB_SSL__CA_FILE` and `DB_SSL__REJECT_UNAUTHORIZED`',
  parse: (input) =>
    // An object that is no array holds options by name, whatever their values.
    input !== null && typeof input === 'object' && !Array.isArray(input)
      ? (input as Record<string, unknown>)
      : boolean.parse(input),
}

export type Directives = Readonly<Record<string, readonly string[] | null>>

/** Directives of a content policy, one by one (`NAME__IMG_SRC='self' https://img.example`); `false` stands for none. */
export const directives: SettingType<Directives> = {
  name: 'directives',
  expects: "directives one by one, as `CONTENT_SECURITY_POLICY_DIRECTIVES__IMG_SRC='self' https://img.example.com`",
  parse: (input) => {
    if (input === null || typeof input !== 'object' || Array.isArray(input)) return undefined
    const parsed = Object.entries(input).map(([name, value]) => [name, sourcesOf(value)] as const)
    return parsed.some(([name, sources]) => sources === undefined || !/^[a-z][a-zA-Z]*$/.test(name))
      ? undefined
      : (Object.fromEntries(parsed) as Directives) // none is undefined
  },
}

function sourcesOf(value: unknown): readonly string[] | null | undefined {
  if (value === false || value === true) return value ? [] : null
  const sources = Array.isArray(value) ? value.map(asText) : asText(value)?.split(/[\s,]+/)
  const isFit = (source: string | undefined): source is string => source !== undefined && !/[;\s]/.test(source)
  return sources?.every(isFit) ? sources.filter((source) => source !== '') : undefined
}

/** Another kind of setting, or `false` for none. */
export const orFalse = <Value>(type: SettingType<Value>): SettingType<Value | null> => ({
  ...type,
  name: `${type.name} or \`false\``,
  expects: `${type.expects}, or \`false\``,
  parse: (input) => (boolean.parse(input) === false && asText(input)?.trim() !== '0' ? null : type.parse(input)),
})

/** A number from `least` to `most`, with decimals. */
export const number = (least: number, most: number): SettingType<number> => ({
  name: 'number',
  expects: `a number from ${least} to ${most}`,
  parse: (input) => {
    const written = asText(input)?.trim() ?? ''
    if (!/^\d*\.?\d+$/.test(written)) return undefined
    const value = Number(written)
    return value >= least && value <= most ? value : undefined
  },
})

/** Whose word on the caller's address is taken: nobody's, everybody's, that of the last `n` hops, or of listed addresses. */
export type TrustProxy = boolean | number | readonly string[]

export const trustProxy: SettingType<TrustProxy> = {
  name: 'trust',
  expects: '`true`, `false`, a number of proxies, or a comma-separated list of addresses or networks',
  parse: (input) => {
    const written = asText(input)?.trim() ?? ''
    if (/^\d+$/.test(written)) return Number(written)
    const asBoolean = boolean.parse(input)
    if (asBoolean !== undefined) return asBoolean
    const addresses = list.parse(input)
    return addresses?.every((entry) => /^[0-9a-f.:]+(\/\d{1,3})?$/i.test(entry)) ? addresses : undefined
  },
}

/** Addresses, networks and ranges of them; each is checked, so that none is thought to be there that can't be read. */
export const addresses: SettingType<readonly string[]> = {
  name: 'addresses',
  expects: 'a comma-separated list of addresses, networks such as `10.0.0.0/8`, or ranges such as `10.0.0.1-10.0.0.9`',
  parse: (input) => {
    const entries = list.parse(input)
    return entries?.every(isAddresses) ? entries : undefined
  },
}

function isAddresses(entry: string): boolean {
  const [low = '', high, ...more] = entry.split('-').map((part) => part.trim())
  if (high !== undefined) return more.length === 0 && isIP(low) !== 0 && isIP(low) === isIP(high)
  const [address = '', prefix, ...rest] = low.split('/')
  const most = isIP(address) === 6 ? 128 : 32
  return (
    rest.length === 0 &&
    isIP(address) !== 0 &&
    (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= most))
  )
}

/** `true` for any origin (it is echoed), `false` for none, or the origins allowed. */
export const origins: SettingType<boolean | readonly string[]> = {
  name: 'origins',
  expects: '`true`, `false`, `*`, or a comma-separated list of origins such as `https://example.com`',
  parse: (input) => {
    const asBoolean = boolean.parse(input)
    if (asBoolean !== undefined) return asBoolean
    const entries = list.parse(input)
    if (entries?.includes('*')) return true
    return entries?.every((entry) => /^[a-z][a-z0-9+.-]*:\/\/[^/\s]+$/i.test(entry)) ? entries : undefined
  },
}
