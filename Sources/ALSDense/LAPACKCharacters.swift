let lowerTriangle = CChar(UInt8(ascii: "L"))
let eigenvectorsToo = CChar(UInt8(ascii: "V"))
