/** The providers there are. */
import { local } from './local.ts'
import type { Provider } from './provider.ts'

export const providers: readonly Provider[] = [local]

export const providerNamed = (name: string): Provider | null =>
  providers.find((provider) => provider.name === name) ?? null
