type Claims = Readonly<Record<string, unknown>>

/**
 * Whether a token is that of a guest: `acct` (1 is a guest, 0 a member), else `xms_idrel` (5, 1), both of them optional
 * claims, else `idp`, which members' tokens do not have. `undefined` if none of them tells.
 */
export const guestOf = ({ acct, xms_idrel: relation, idp, iss }: Claims): boolean | undefined => {
  if (acct === 1 || acct === '1') return true
  if (acct === 0 || acct === '0') return false
  const relations = typeof relation === 'string' ? relation.split(' ') : []
  if (relations.includes('5')) return true
  if (relations.includes('1')) return false
  return typeof idp === 'string' && idp !== iss ? true : undefined
}
