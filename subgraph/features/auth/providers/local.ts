/** Users of the project's own, with passwords that the database keeps as hashes. */
import { accountWith } from '../accounts.ts'
import { checkedEmail } from '../email.ts'
import { checkedPassword, isPasswordOf } from '../passwords.ts'
import type { Provider } from './provider.ts'

export const local: Provider = {
  name: 'default',
  driver: 'local',
  label: null,
  icon: null,
  identify: async (credentials, { engine, model }) => {
    const email = checkedEmail(credentials['email'])
    const password = checkedPassword(credentials['password'])
    const account = await accountWith(email, model, engine.database)
    const isOurs = account !== null && account.provider === local.name && account.status === 'active'
    const matches = await isPasswordOf(password, account?.passwordHash ?? null)
    return {
      counted: account?.id ?? email,
      user: isOurs && matches ? { id: account.id, proof: account.passwordHash } : null,
    }
  },
}
