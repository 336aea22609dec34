import { AccountStore } from '../accounts/account-store.ts';
import { Admissions } from '../accounts/admissions.ts';
import type { Context } from './context.ts';

/** Who may speak MQTT, known before anyone can. */
export async function openAccounts({ config, surroundings: { log, now }, database }: Context) {
  const accounts = new AccountStore({ database, now });
  const { allowAnonymous, homeAssistant } = config;
  const admissions = new Admissions({ accounts, allowAnonymous, homeAssistant });
  await admissions.start();
  if (allowAnonymous) log.warn('anyone may connect as any device that has not enrolled');
  return { accounts, admissions };
}
