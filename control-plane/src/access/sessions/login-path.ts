/**
 * Of the dashboard's page that logs a browser in. What is behind # stays in the browser: no server,
 * proxy or log sees it, and the page takes it from the address at once.
 */
export const loginPath = (code: string) => `/login#code=${code}`;

export const invitationPath = (secret: string) => `/login#invitation=${secret}`;
