/** The mark: rows of a table that are joined to a graph. */
export function Brand({ size = 26 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#2c5796" />
      <path d="M9 10h14M9 16h8M9 22h4M17 16l6 6" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" />
      <circle cx="9" cy="10" r="2.6" fill="#fff" />
      <circle cx="23" cy="10" r="2.6" fill="#fff" />
      <circle cx="17" cy="16" r="2.6" fill="#fff" />
      <circle cx="23" cy="22" r="2.6" fill="#b8cbea" />
    </svg>
  )
}
