/** A text as a QR code, drawn here: nothing of it leaves the page. Always dark on light, as cameras expect. */
import { encode } from 'uqr'

type QrCodeProps = { readonly text: string; readonly label: string }

export function QrCode({ text, label }: QrCodeProps) {
  const { data, size } = encode(text, { ecc: 'M', border: 3 })
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      width={196}
      height={196}
      shapeRendering="crispEdges"
      style={{ borderRadius: 8, border: '1px solid var(--tg-border)' }}
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
