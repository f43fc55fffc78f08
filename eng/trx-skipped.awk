# Prints every skipped test of a TRX file with its reason, one a line.
function text(s) {
  gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s); gsub(/&quot;/, "\"", s); gsub(/&apos;/, "'", s); gsub(/&amp;/, "\\&", s)
  return s
}

/<UnitTestResult / {
  name = $0; sub(/.*testName="/, "", name); sub(/".*/, "", name)
  pending = /outcome="NotExecuted"/
}

pending && /<Message>/ {
  reason = $0; sub(/.*<Message>/, "", reason); sub(/<\/Message>.*/, "", reason)
  print "SKIPPED: " text(name) ": " text(reason)
  pending = 0
}

# A skip without a reason is printed as well.
pending && (/<\/UnitTestResult>/ || /<UnitTestResult [^>]*\/>/) { print "SKIPPED: " text(name) ": no reason given"; pending = 0 }
