const ofEntra = /(?:^|\.)(?:microsoftonline\.(?:com|us|cn)|windows\.net|chinacloudapi\.cn|ciamlogin\.com)$/

/** Whether an issuer is one of Microsoft Entra ID, in any cloud and of either token version. */
export const isEntraIssuer = (issuer: string): boolean => URL.canParse(issuer) && ofEntra.test(new URL(issuer).hostname)
