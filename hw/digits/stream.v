module digits(clk, rst, i_data, i_first, i_last, i_valid, i_ready, o_cls, o_valid, o_ready, error);
  input i_first;
  wire i_first;
  input i_last;
  wire i_last;
  input i_valid;
  wire i_valid;
  input o_ready;
  wire o_ready;
  input clk;
  wire clk;
  input rst;
  wire rst;
  output i_ready;
  wire i_ready;
  output [3:0] o_cls;
  wire [3:0] o_cls;
  output o_valid;
  wire o_valid;
  output error;
  reg error;
  input [7:0] i_data;
  wire [7:0] i_data;
  wire _00_;
  wire _01_;
  wire _02_;
  wire _03_;
  wire _04_;
  wire _05_;
  wire _06_;
  wire _07_;
  wire _08_;
  wire _09_;
  wire _10_;
  wire _11_;
  wire _12_;
  wire _13_;
  wire _14_;
  wire _15_;
  wire _16_;
  wire _17_;
  wire _18_;
  wire _19_;
  wire _20_;
  wire [5:0] _21_;
  wire _22_;
  wire _23_;
  wire [511:0] _24_;
  wire _25_;
  wire [6:0] _26_;
  wire _27_;
  wire _28_;
  wire _29_;
  wire _30_;
  wire classifier_at_end;
  wire classifier_complete;
  wire classifier_core_ready_in;
  reg [5:0] classifier_count;
  reg classifier_dropping;
  reg classifier_filling;
  reg classifier_full;
  reg [511:0] classifier_pix;
  wire [5:0] classifier_position;
  wire classifier_taken;
  assign classifier_position = i_first ? 6'h00 : classifier_count;
  assign classifier_at_end = classifier_position == 6'h3f;
  assign _00_ = i_first | classifier_filling;
  assign _08_ = _00_ & i_last;
  assign classifier_complete = _08_ & classifier_at_end;
  assign _19_ = ~ classifier_full;
  assign i_ready = _19_ | classifier_core_ready_in;
  assign classifier_taken = i_valid & i_ready;
  assign _26_ = classifier_position + 1'h1;
  assign _01_ = ~ i_last;
  assign _02_ = _00_ & _01_;
  assign _03_ = ~ classifier_at_end;
  assign _04_ = _02_ & _03_;
  assign _05_ = ~ _04_;
  assign _06_ = _01_ & _05_;
  assign _07_ = i_first & classifier_filling;
  assign _09_ = i_last ^ classifier_at_end;
  assign _10_ = _00_ & _09_;
  assign _11_ = _07_ | _10_;
  assign _12_ = ~ i_first;
  assign _13_ = ~ classifier_filling;
  assign _14_ = _12_ & _13_;
  assign _15_ = ~ classifier_dropping;
  assign _16_ = _14_ & _15_;
  assign _17_ = _11_ | _16_;
  assign _18_ = classifier_taken & classifier_complete;
  always @(posedge clk)
    error <= _20_;
  always @(posedge clk)
    classifier_count <= _21_;
  always @(posedge clk)
    classifier_filling <= _22_;
  always @(posedge clk)
    classifier_dropping <= _23_;
  always @(posedge clk)
    classifier_pix <= _24_;
  always @(posedge clk)
    classifier_full <= _25_;
  assign _22_ = rst ? 1'h0 : _30_;
  assign _27_ = classifier_taken ? _06_ : classifier_dropping;
  assign _23_ = rst ? 1'h0 : _27_;
  assign _24_ = classifier_taken ? { i_data, classifier_pix[511:8] } : classifier_pix;
  assign _28_ = i_ready ? _18_ : classifier_full;
  assign _25_ = rst ? 1'h0 : _28_;
  assign _29_ = classifier_taken ? _17_ : 1'h0;
  assign _20_ = rst ? 1'h0 : _29_;
  assign _21_ = classifier_taken ? _26_[5:0] : classifier_count;
  assign _30_ = classifier_taken ? _04_ : classifier_filling;
  digits_core classifier_core_cell (
    .clk(clk),
    .cls(o_cls),
    .pix(classifier_pix),
    .ready_in(classifier_core_ready_in),
    .ready_out(o_ready),
    .rst(rst),
    .valid_in(classifier_full),
    .valid_out(o_valid)
  );
endmodule

// Pipeline of 2 stages; written by nor2hdl.
// Levels of 4-input lookup tables by stage: 11, 11.
// Flip-flops by rank: 37, 4; 41 in all, and 2 for valid.
// A sample is taken at each rising edge of clk with valid_in and ready_in, and the pipeline advances at
// each edge with ready_in. Latency: 2 advances, then the result stands at the outputs with
// valid_out, until an edge with ready_out. rst is synchronous and clears the valid bits; no register
// needs an initial value.
module digits_core(clk, rst, valid_in, ready_in, pix, valid_out, ready_out, cls);
  input clk;
  wire clk;
  input rst;
  wire rst;
  input valid_in;
  wire valid_in;
  output ready_in;
  wire ready_in;
  input [511:0] pix;
  wire [511:0] pix;
  output valid_out;
  wire valid_out;
  input ready_out;
  wire ready_out;
  output [3:0] cls;
  reg [3:0] cls;
  wire [3:0] cls_next;
  reg [36:0] rank1;
  wire [36:0] rank1_next;
  reg [1:0] valid;
  assign ready_in = ready_out | (~ valid[1]);
  assign valid_out = valid[1];
  always @(posedge clk)
    if (rst) valid <= 2'h0;
    else if (ready_in) valid <= { valid[0], valid_in };
  always @(posedge clk)
    if (ready_in) rank1 <= rank1_next;
  always @(posedge clk)
    if (ready_in) cls <= cls_next;
  digits_core_stage1 stage1 (
    .pix(pix),
    .rank1(rank1_next)
  );
  digits_core_stage2 stage2 (
    .cls(cls_next),
    .rank1(rank1)
  );
endmodule

// NOR gates: 1344, pins: 2450, levels: 48; written by nor2hdl.
// A vector PART_lLEVEL_fFANIN holds the gates of one part, level and fan-in.
module digits_core_stage1(pix, rank1);
  input [511:0] pix;
  wire [511:0] pix;
  output [36:0] rank1;
  wire [36:0] rank1;
  wire [90:0] encoder_l1_f1;
  wire [43:0] encoder_l1_f2;
  wire [1:0] layer0_l1_f1;
  wire layer0_l1_f2;
  wire [20:0] encoder_l2_f1;
  wire [41:0] encoder_l2_f2;
  wire layer0_l2_f1;
  wire [11:0] layer0_l2_f2;
  wire [3:0] layer0_l2_f3;
  wire [2:0] layer0_l2_f4;
  wire popcount_l2_f2;
  wire popcount_l2_f3;
  wire [3:0] encoder_l3_f1;
  wire [18:0] layer0_l3_f1;
  wire [41:0] layer0_l3_f2;
  wire [2:0] layer0_l3_f3;
  wire [1:0] layer0_l3_f4;
  wire [1:0] popcount_l3_f1;
  wire [3:0] popcount_l3_f2;
  wire [1:0] popcount_l3_f3;
  wire [45:0] layer0_l4_f1;
  wire [2:0] layer0_l4_f2;
  wire layer0_l4_f3;
  wire layer0_l4_f4;
  wire [3:0] popcount_l4_f1;
  wire [6:0] popcount_l4_f2;
  wire popcount_l4_f3;
  wire [4:0] layer0_l5_f1;
  wire [23:0] layer0_l5_f2;
  wire [1:0] layer0_l5_f3;
  wire [4:0] layer0_l5_f4;
  wire [1:0] layer0_l5_f5;
  wire layer0_l5_f6;
  wire [7:0] popcount_l5_f2;
  wire [3:0] popcount_l5_f3;
  wire popcount_l5_f5;
  wire popcount_l5_f6;
  wire [31:0] layer0_l6_f1;
  wire layer0_l6_f2;
  wire layer0_l6_f3;
  wire [10:0] popcount_l6_f1;
  wire [9:0] popcount_l6_f2;
  wire popcount_l6_f3;
  wire [1:0] layer0_l7_f1;
  wire [15:0] layer0_l7_f2;
  wire [8:0] layer0_l7_f3;
  wire [1:0] layer0_l7_f4;
  wire layer0_l7_f5;
  wire layer0_l7_f9;
  wire [2:0] popcount_l7_f1;
  wire [12:0] popcount_l7_f2;
  wire [2:0] popcount_l7_f3;
  wire popcount_l7_f4;
  wire [25:0] layer0_l8_f1;
  wire [1:0] layer0_l8_f2;
  wire [7:0] popcount_l8_f1;
  wire [12:0] popcount_l8_f2;
  wire popcount_l8_f3;
  wire argmax_l8_f2;
  wire [7:0] layer0_l9_f2;
  wire [3:0] layer0_l9_f3;
  wire layer0_l9_f4;
  wire [2:0] layer0_l9_f6;
  wire [6:0] popcount_l9_f1;
  wire [15:0] popcount_l9_f2;
  wire [2:0] popcount_l9_f3;
  wire popcount_l9_f4;
  wire popcount_l9_f6;
  wire popcount_l9_f7;
  wire popcount_l9_f8;
  wire popcount_l9_f10;
  wire argmax_l9_f2;
  wire [14:0] layer0_l10_f1;
  wire [12:0] popcount_l10_f1;
  wire [12:0] popcount_l10_f2;
  wire argmax_l10_f2;
  wire layer0_l11_f2;
  wire [1:0] layer0_l11_f3;
  wire [1:0] layer0_l11_f4;
  wire layer0_l11_f5;
  wire [2:0] layer0_l11_f7;
  wire [2:0] layer0_l11_f8;
  wire layer0_l11_f11;
  wire layer0_l11_f12;
  wire [3:0] popcount_l11_f1;
  wire [9:0] popcount_l11_f2;
  wire [1:0] popcount_l11_f4;
  wire popcount_l11_f5;
  wire [1:0] popcount_l11_f6;
  wire popcount_l11_f7;
  wire popcount_l11_f9;
  wire argmax_l11_f2;
  wire [13:0] layer0_l12_f1;
  wire [3:0] layer0_l12_f2;
  wire [10:0] popcount_l12_f1;
  wire [13:0] popcount_l12_f2;
  wire [6:0] layer0_l13_f2;
  wire [2:0] layer0_l13_f3;
  wire [1:0] layer0_l13_f5;
  wire layer0_l13_f12;
  wire [6:0] popcount_l13_f1;
  wire [11:0] popcount_l13_f2;
  wire popcount_l13_f3;
  wire popcount_l13_f4;
  wire popcount_l13_f7;
  wire [5:0] layer0_l14_f1;
  wire [5:0] layer0_l14_f2;
  wire [4:0] popcount_l14_f1;
  wire [10:0] popcount_l14_f2;
  wire [3:0] layer0_l15_f1;
  wire [3:0] layer0_l15_f2;
  wire [1:0] layer0_l15_f4;
  wire [7:0] popcount_l15_f1;
  wire [14:0] popcount_l15_f2;
  wire [2:0] popcount_l15_f3;
  wire [1:0] popcount_l15_f4;
  wire popcount_l15_f6;
  wire [3:0] layer0_l16_f1;
  wire [2:0] layer0_l16_f2;
  wire [14:0] popcount_l16_f1;
  wire [15:0] popcount_l16_f2;
  wire layer0_l17_f1;
  wire [3:0] layer0_l17_f2;
  wire [3:0] popcount_l17_f1;
  wire [20:0] popcount_l17_f2;
  wire [1:0] popcount_l17_f4;
  wire popcount_l17_f6;
  wire [1:0] layer0_l18_f1;
  wire [2:0] layer0_l18_f2;
  wire [15:0] popcount_l18_f1;
  wire [19:0] popcount_l18_f2;
  wire layer0_l19_f1;
  wire [1:0] layer0_l19_f2;
  wire [12:0] popcount_l19_f1;
  wire [14:0] popcount_l19_f2;
  wire [1:0] argmax_l19_f2;
  wire [1:0] popcount_l20_f1;
  wire [22:0] popcount_l20_f2;
  wire [1:0] argmax_l20_f2;
  wire [13:0] popcount_l21_f1;
  wire [18:0] popcount_l21_f2;
  wire argmax_l21_f1;
  wire [1:0] argmax_l21_f2;
  wire [12:0] popcount_l22_f1;
  wire [13:0] popcount_l22_f2;
  wire popcount_l22_f3;
  wire [1:0] argmax_l22_f2;
  wire [3:0] popcount_l23_f1;
  wire [19:0] popcount_l23_f2;
  wire argmax_l23_f2;
  wire [8:0] popcount_l24_f1;
  wire [12:0] popcount_l24_f2;
  wire [5:0] argmax_l24_f2;
  wire [7:0] popcount_l25_f1;
  wire [10:0] popcount_l25_f2;
  wire [1:0] argmax_l25_f1;
  wire [1:0] argmax_l25_f2;
  wire [4:0] popcount_l26_f1;
  wire [11:0] popcount_l26_f2;
  wire [1:0] argmax_l26_f2;
  wire [7:0] popcount_l27_f1;
  wire [7:0] popcount_l27_f2;
  wire [1:0] popcount_l27_f3;
  wire [1:0] argmax_l27_f2;
  wire [2:0] popcount_l28_f1;
  wire [8:0] popcount_l28_f2;
  wire [1:0] argmax_l28_f2;
  wire [1:0] popcount_l29_f1;
  wire [7:0] popcount_l29_f2;
  wire [1:0] argmax_l29_f2;
  wire [3:0] popcount_l30_f1;
  wire [5:0] popcount_l30_f2;
  wire [3:0] argmax_l30_f2;
  wire [1:0] popcount_l31_f1;
  wire [6:0] popcount_l31_f2;
  wire [1:0] argmax_l31_f1;
  wire [3:0] popcount_l32_f1;
  wire [4:0] popcount_l32_f2;
  wire [3:0] argmax_l32_f2;
  wire [3:0] popcount_l33_f1;
  wire [2:0] popcount_l33_f2;
  wire argmax_l33_f2;
  wire [3:0] popcount_l34_f2;
  wire argmax_l34_f2;
  wire popcount_l35_f1;
  wire [2:0] popcount_l35_f2;
  wire argmax_l35_f1;
  wire [1:0] argmax_l35_f2;
  wire [2:0] popcount_l36_f1;
  wire [2:0] argmax_l36_f2;
  wire popcount_l37_f2;
  wire popcount_l38_f2;
  wire argmax_l39_f10;
  wire [6:0] argmax_l40_f2;
  wire argmax_l41_f1;
  wire argmax_l41_f2;
  wire argmax_l42_f6;
  wire argmax_l43_f1;
  wire [3:0] argmax_l43_f2;
  wire argmax_l43_f3;
  wire [2:0] popcount_l44_f2;
  wire [6:0] argmax_l44_f2;
  wire [3:0] argmax_l45_f1;
  wire [1:0] argmax_l45_f2;
  wire [2:0] argmax_l45_f3;
  wire [8:0] argmax_l46_f2;
  wire [3:0] argmax_l47_f2;
  wire [3:0] argmax_l48_f1;
  assign encoder_l1_f1 = ~ { pix[511:510], pix[503:502], pix[495:494], pix[487:486], pix[479:478], pix[471:470], pix[439:438], pix[431:430], pix[423:422], pix[415:414], pix[407:406], pix[399:398], pix[375:374], pix[367:366], pix[359:358], pix[351:350], pix[343:342], pix[335:334], pix[311:310], pix[303:302], pix[295:294], pix[287:286], pix[279:278], pix[271:270], pix[247:246], pix[239:238], pix[231], pix[223:222], pix[215:214], pix[207:206], pix[183:182], pix[175:174], pix[167:166], pix[159:158], pix[151:150], pix[143:142], pix[127:126], pix[119:118], pix[103:102], pix[87:86], pix[79:78], pix[63:62], pix[55:54], pix[47:46], pix[39:38], pix[23:22] };
  assign encoder_l1_f2 = ~ ({ pix[38], pix[46], pix[286], pix[270], pix[478], pix[174], pix[470], pix[182], pix[342], pix[278], pix[110], pix[238], pix[150], pix[438], pix[246], pix[502], pix[222], pix[214], pix[414], pix[486], pix[54], pix[22], pix[302], pix[494], pix[102], pix[350], pix[406], pix[430], pix[62], pix[310], pix[166], pix[78], pix[422], pix[294], pix[230], pix[358], pix[126], pix[382], pix[190], pix[366], pix[510], pix[94], pix[86], pix[30] }
    | { pix[39], pix[47], pix[287], pix[271], pix[479], pix[175], pix[471], pix[183], pix[343], pix[279], pix[111], pix[239], pix[151], pix[439], pix[247], pix[503], pix[223], pix[215], pix[415], pix[487], pix[55], pix[23], pix[303], pix[495], pix[103], pix[351], pix[407], pix[431], pix[63], pix[311], pix[167], pix[79], pix[423], pix[295], pix[231], pix[359], pix[127], pix[383], pix[191], pix[367], pix[511], pix[95], pix[87], pix[31] });
  assign layer0_l1_f1 = ~ { pix[95], pix[31] };
  assign layer0_l1_f2 = ~ (pix[15] | pix[463]);
  assign encoder_l2_f1 = ~ { encoder_l1_f2[40], encoder_l1_f2[38], encoder_l1_f2[36], encoder_l1_f2[34], encoder_l1_f2[30:28], encoder_l1_f2[23:22], encoder_l1_f2[20], encoder_l1_f2[18], encoder_l1_f2[16:14], encoder_l1_f2[12], encoder_l1_f2[10:9], encoder_l1_f2[7:5], encoder_l1_f2[3] };
  assign encoder_l2_f2 = ~ ({ encoder_l1_f1[71], encoder_l1_f1[77], encoder_l1_f1[73], encoder_l1_f1[75], encoder_l1_f1[4], encoder_l1_f1[39], encoder_l1_f1[20], encoder_l1_f1[69], encoder_l1_f1[81], encoder_l1_f1[10], encoder_l1_f1[22], encoder_l1_f1[85], encoder_l1_f1[67], encoder_l1_f1[47], encoder_l1_f1[57], encoder_l1_f1[28], encoder_l1_f1[0], encoder_l1_f1[79], encoder_l1_f1[83], encoder_l1_f1[32], encoder_l1_f1[18], encoder_l1_f1[87], encoder_l1_f1[51], encoder_l1_f1[63], encoder_l1_f1[34], encoder_l1_f1[41], encoder_l1_f1[55], encoder_l1_f1[65], encoder_l1_f1[14], encoder_l1_f1[45], encoder_l1_f1[30], encoder_l1_f1[53], encoder_l1_f1[8], encoder_l1_f1[6], encoder_l1_f1[43], encoder_l1_f1[16], encoder_l1_f1[89], encoder_l1_f1[36], encoder_l1_f1[26], encoder_l1_f1[61], encoder_l1_f1[24], encoder_l1_f1[59] }
    | { encoder_l1_f1[72], encoder_l1_f1[78], encoder_l1_f1[74], encoder_l1_f1[76], encoder_l1_f1[5], encoder_l1_f1[40], encoder_l1_f1[21], encoder_l1_f1[70], encoder_l1_f1[82], encoder_l1_f1[11], encoder_l1_f1[23], encoder_l1_f1[86], encoder_l1_f1[68], encoder_l1_f1[48], encoder_l1_f1[58], encoder_l1_f1[29], encoder_l1_f1[1], encoder_l1_f1[80], encoder_l1_f1[84], encoder_l1_f1[33], encoder_l1_f1[19], encoder_l1_f1[88], encoder_l1_f1[52], encoder_l1_f1[64], encoder_l1_f1[35], encoder_l1_f1[42], encoder_l1_f1[56], encoder_l1_f1[66], encoder_l1_f1[15], encoder_l1_f1[46], encoder_l1_f1[31], encoder_l1_f1[54], encoder_l1_f1[9], encoder_l1_f1[7], encoder_l1_f1[44], encoder_l1_f1[17], encoder_l1_f1[90], encoder_l1_f1[37], encoder_l1_f1[27], encoder_l1_f1[62], encoder_l1_f1[25], encoder_l1_f1[60] });
  assign layer0_l2_f1 = ~ layer0_l1_f2;
  assign layer0_l2_f2 = ~ ({ pix[343], encoder_l1_f1[29], encoder_l1_f2[8], encoder_l1_f2[9], pix[471], encoder_l1_f2[19], encoder_l1_f1[38], pix[334], encoder_l1_f2[10], pix[311], pix[447], pix[447] }
    | { encoder_l1_f2[22], encoder_l1_f2[31], encoder_l1_f2[11], encoder_l1_f2[41], encoder_l1_f2[34], encoder_l1_f2[24], encoder_l1_f2[13], encoder_l1_f2[9], encoder_l1_f2[11], encoder_l1_f2[9], encoder_l1_f2[0], encoder_l1_f2[2] });
  assign layer0_l2_f3 = ~ ({ pix[118], encoder_l1_f1[37], encoder_l1_f1[38], encoder_l1_f1[13] }
    | { pix[119], encoder_l1_f2[9], encoder_l1_f2[27], encoder_l1_f2[19] }
    | { encoder_l1_f1[52], encoder_l1_f2[13], encoder_l1_f2[41], encoder_l1_f2[37] });
  assign layer0_l2_f4 = ~ ({ pix[111], pix[143], encoder_l1_f1[72] }
    | { pix[142], encoder_l1_f1[49], encoder_l1_f2[11] }
    | { pix[143], encoder_l1_f1[50], encoder_l1_f2[19] }
    | { encoder_l1_f2[2], encoder_l1_f2[25], encoder_l1_f2[20] });
  assign popcount_l2_f2 = ~ (layer0_l1_f1[0] | encoder_l1_f1[3]);
  assign popcount_l2_f3 = ~ (pix[127] | pix[351] | encoder_l1_f1[82]);
  assign encoder_l3_f1 = ~ { encoder_l2_f2[33], encoder_l2_f2[31], encoder_l2_f2[28], encoder_l2_f2[4] };
  assign layer0_l3_f1 = ~ { layer0_l2_f2[11], layer0_l2_f4[2], layer0_l2_f3[3], layer0_l2_f4[1], layer0_l2_f2[10:9], layer0_l2_f3[2:1], layer0_l2_f2[8:7], layer0_l2_f3[0], layer0_l2_f2[6], layer0_l2_f4[0], layer0_l2_f2[5:0] };
  assign layer0_l3_f2 = ~ ({ encoder_l1_f2[10], encoder_l2_f2[6], encoder_l2_f1[2], encoder_l2_f2[22], encoder_l2_f2[0], encoder_l1_f2[24], encoder_l1_f1[35], encoder_l1_f1[23], pix[55], encoder_l2_f2[16], encoder_l2_f2[10], encoder_l1_f2[10], pix[335], encoder_l1_f1[50], pix[503], encoder_l1_f2[0], encoder_l1_f2[8], pix[175], pix[183], pix[343], encoder_l2_f1[2], encoder_l1_f2[26], layer0_l2_f1, encoder_l1_f1[3], encoder_l2_f1[11], encoder_l1_f2[11], encoder_l2_f2[11], encoder_l2_f1[3], encoder_l2_f2[8], encoder_l1_f2[26], encoder_l2_f2[16], pix[215], encoder_l2_f1[0], encoder_l2_f2[12], encoder_l2_f2[16], pix[55], pix[447], encoder_l2_f2[14], encoder_l2_f1[2:1], encoder_l2_f2[1], pix[462] }
    | { encoder_l2_f2[32], encoder_l1_f2[35], encoder_l2_f1[16], encoder_l2_f1[20], encoder_l2_f2[15], encoder_l2_f1[20], encoder_l2_f2[14], encoder_l2_f2[35], layer0_l2_f1, encoder_l2_f2[26], encoder_l2_f2[29], encoder_l2_f1[15], encoder_l2_f1[20], encoder_l2_f1[15], encoder_l2_f2[9], encoder_l2_f2[11], encoder_l2_f1[7], encoder_l2_f1[18], encoder_l2_f2[3], encoder_l2_f1[2], encoder_l1_f2[32], encoder_l2_f2[24], encoder_l1_f2[10], encoder_l2_f2[22], encoder_l2_f1[14], encoder_l2_f1[8], encoder_l2_f1[15], encoder_l2_f1[8], encoder_l2_f2[21:20], encoder_l2_f1[13], encoder_l2_f2[12], encoder_l1_f2[21], encoder_l2_f2[17], encoder_l1_f2[16], encoder_l2_f2[15], encoder_l2_f1[1], encoder_l2_f1[7], encoder_l2_f2[8:7], encoder_l2_f2[5], layer0_l2_f1 });
  assign layer0_l3_f3 = ~ ({ encoder_l1_f1[72], pix[503], pix[446] }
    | { encoder_l1_f2[18], encoder_l2_f1[19], pix[447] }
    | { encoder_l2_f2[24], encoder_l1_f2[42], encoder_l2_f1[0] });
  assign layer0_l3_f4 = ~ ({ encoder_l1_f2[11], pix[375] }
    | { encoder_l1_f2[25], encoder_l2_f1[2] }
    | { encoder_l1_f2[34], encoder_l1_f2[9] }
    | { encoder_l2_f2[36], encoder_l2_f2[27] });
  assign popcount_l3_f1 = ~ { popcount_l2_f2, popcount_l2_f3 };
  assign popcount_l3_f2 = ~ ({ encoder_l2_f2[20], layer0_l2_f3[1], layer0_l2_f2[5], pix[511] }
    | { encoder_l2_f2[32], layer0_l2_f3[2], layer0_l2_f3[0], encoder_l2_f2[1] });
  assign popcount_l3_f3 = ~ ({ encoder_l1_f2[1], encoder_l2_f1[0] }
    | { encoder_l2_f2[5], encoder_l2_f1[6] }
    | { encoder_l2_f2[21], encoder_l2_f1[14] });
  assign layer0_l4_f1 = ~ { layer0_l3_f4[1], layer0_l3_f2[41:35], layer0_l3_f3[2], layer0_l3_f2[34:31], layer0_l3_f3[1], layer0_l3_f2[30:25], layer0_l3_f4[0], layer0_l3_f2[24:23], layer0_l3_f2[21:0], layer0_l3_f3[0] };
  assign layer0_l4_f2 = ~ ({ encoder_l1_f1[50], layer0_l3_f1[2], encoder_l1_f2[1] }
    | { layer0_l3_f1[10], encoder_l2_f1[20], layer0_l3_f1[1] });
  assign layer0_l4_f3 = ~ (pix[111] | layer0_l3_f1[0] | encoder_l2_f1[12]);
  assign layer0_l4_f4 = ~ (pix[23] | layer0_l3_f1[0] | layer0_l3_f1[9] | encoder_l2_f2[35]);
  assign popcount_l4_f1 = ~ { popcount_l3_f3[1], popcount_l3_f2[3], popcount_l3_f3[0], popcount_l3_f2[0] };
  assign popcount_l4_f2 = ~ ({ encoder_l3_f1[1], encoder_l2_f2[28], layer0_l3_f2[40], layer0_l3_f2[34], layer0_l3_f1[11], encoder_l2_f2[4], encoder_l3_f1[0] }
    | { layer0_l2_f3[3], layer0_l3_f1[16], layer0_l3_f4[1], layer0_l3_f3[2], layer0_l3_f1[12], layer0_l3_f1[6], layer0_l2_f4[0] });
  assign popcount_l4_f3 = ~ (encoder_l2_f1[2] | layer0_l3_f1[5] | layer0_l3_f1[8]);
  assign layer0_l5_f1 = ~ { layer0_l4_f3, layer0_l4_f4, layer0_l4_f2 };
  assign layer0_l5_f2 = ~ ({ layer0_l4_f1[42], encoder_l2_f2[26], encoder_l2_f1[10], layer0_l4_f1[1], pix[183], layer0_l4_f1[16], pix[510], encoder_l1_f1[35], encoder_l1_f2[0], layer0_l4_f1[0], layer0_l4_f1[20], layer0_l4_f1[1], encoder_l1_f2[41], encoder_l1_f2[10], layer0_l4_f1[22], layer0_l4_f1[7], encoder_l1_f1[84], encoder_l1_f2[24], encoder_l2_f2[11], encoder_l2_f1[2], encoder_l1_f1[13], pix[14], pix[335], encoder_l2_f2[3] }
    | { encoder_l1_f2[43], layer0_l4_f1[44], layer0_l4_f1[41], layer0_l4_f1[6], layer0_l4_f1[43], layer0_l4_f1[39], popcount_l4_f1[0], layer0_l4_f1[0], layer0_l4_f1[33], encoder_l2_f2[21], encoder_l1_f2[38], encoder_l2_f1[13], layer0_l4_f1[31], layer0_l4_f1[26], encoder_l1_f2[38], encoder_l1_f2[35], layer0_l4_f1[14], layer0_l4_f1[21], layer0_l4_f1[14], layer0_l4_f1[6], layer0_l4_f1[0], layer0_l4_f1[1], layer0_l4_f1[3], layer0_l4_f1[0] });
  assign layer0_l5_f3 = ~ ({ pix[343], encoder_l1_f1[29] }
    | { layer0_l3_f1[4], layer0_l4_f1[22] }
    | { layer0_l4_f1[30], encoder_l1_f2[33] });
  assign layer0_l5_f4 = ~ ({ pix[55], layer0_l1_f1[0], pix[127], encoder_l1_f1[37], layer0_l4_f1[4] }
    | { encoder_l2_f2[6], layer0_l4_f1[3], pix[335], encoder_l2_f1[7], encoder_l2_f2[9] }
    | { layer0_l3_f1[13], encoder_l1_f2[17], encoder_l1_f2[31], layer0_l4_f1[16], encoder_l2_f2[10] }
    | { layer0_l4_f1[44], encoder_l1_f2[19], layer0_l4_f1[33], layer0_l4_f1[17], layer0_l3_f1[3] });
  assign layer0_l5_f5 = ~ ({ pix[143], pix[462] }
    | { pix[399], pix[463] }
    | { pix[431], encoder_l1_f2[4] }
    | { layer0_l4_f1[18], layer0_l4_f1[10] }
    | { layer0_l4_f1[20], encoder_l2_f2[20] });
  assign layer0_l5_f6 = ~ (pix[247]
    | encoder_l1_f2[2]
    | encoder_l1_f2[17]
    | encoder_l1_f2[18]
    | encoder_l1_f2[22]
    | layer0_l4_f1[11]);
  assign popcount_l5_f2 = ~ ({ popcount_l4_f2[5], layer0_l4_f1[43], layer0_l4_f1[36], popcount_l4_f2[2], layer0_l3_f2[28], encoder_l2_f1[3], encoder_l2_f2[9], popcount_l4_f1[0] }
    | { popcount_l4_f2[6], layer0_l4_f1[45], layer0_l4_f1[37], popcount_l3_f2[2], layer0_l4_f2[1], layer0_l4_f1[24], layer0_l4_f1[24], encoder_l2_f2[4] });
  assign popcount_l5_f3 = ~ ({ encoder_l2_f1[2], pix[247], pix[398], pix[398] }
    | { popcount_l3_f2[1], encoder_l2_f2[8], layer0_l4_f1[10], pix[399] }
    | { popcount_l4_f3, layer0_l4_f1[17], encoder_l1_f2[27], layer0_l4_f1[13] });
  assign popcount_l5_f5 = ~ (encoder_l1_f1[12]
    | encoder_l1_f1[13]
    | encoder_l1_f1[72]
    | layer0_l4_f1[9]
    | layer0_l4_f1[12]);
  assign popcount_l5_f6 = ~ (encoder_l1_f1[50]
    | encoder_l1_f1[74]
    | layer0_l4_f1[4]
    | encoder_l2_f1[3]
    | encoder_l1_f2[8]
    | layer0_l3_f1[2]);
  assign layer0_l6_f1 = ~ { layer0_l5_f4[4], layer0_l5_f2[22:19], layer0_l5_f4[3], layer0_l5_f2[18:17], layer0_l5_f4[2], layer0_l5_f2[16:11], layer0_l5_f3[1], layer0_l5_f2[9:8], layer0_l5_f3[0], layer0_l5_f2[7:6], layer0_l5_f5[1], layer0_l5_f4[1], layer0_l5_f2[5], layer0_l5_f5[0], layer0_l5_f6, layer0_l5_f2[4:3], layer0_l5_f4[0], layer0_l5_f2[2:0] };
  assign layer0_l6_f2 = ~ (layer0_l5_f1[0] | layer0_l4_f1[2]);
  assign layer0_l6_f3 = ~ (encoder_l2_f2[0] | encoder_l2_f2[2] | layer0_l5_f1[0]);
  assign popcount_l6_f1 = ~ { popcount_l5_f2[7], popcount_l5_f2[4], popcount_l5_f3[3], popcount_l5_f2[2:1], popcount_l5_f3[2:0], popcount_l5_f5, popcount_l5_f6, popcount_l5_f2[0] };
  assign popcount_l6_f2 = ~ ({ layer0_l5_f2[22], popcount_l5_f2[6:5], layer0_l5_f2[12], layer0_l4_f2[2], layer0_l4_f1[29], layer0_l5_f2[9], layer0_l5_f3[0], popcount_l5_f3[1], layer0_l5_f6 }
    | { layer0_l2_f4[1], popcount_l4_f2[4:3], layer0_l5_f2[13], layer0_l5_f3[1], layer0_l5_f1[1], popcount_l5_f3[3], layer0_l3_f2[22], popcount_l3_f3[0], popcount_l5_f5 });
  assign popcount_l6_f3 = ~ (encoder_l1_f1[62] | encoder_l2_f1[6] | layer0_l5_f1[3]);
  assign layer0_l7_f1 = ~ { layer0_l6_f2, layer0_l6_f3 };
  assign layer0_l7_f2 = ~ ({ encoder_l1_f2[24], encoder_l1_f1[37], encoder_l2_f2[27], layer0_l6_f1[20], layer0_l6_f1[1], encoder_l1_f2[19], layer0_l6_f1[4], encoder_l1_f2[27], pix[471], popcount_l4_f1[2], encoder_l2_f2[27], layer0_l4_f1[12], pix[191], encoder_l2_f1[0], layer0_l6_f1[5], pix[399] }
    | { popcount_l6_f1[5], layer0_l6_f1[20], layer0_l6_f1[28], encoder_l2_f2[37], encoder_l2_f2[16], layer0_l6_f1[21], layer0_l6_f1[5], layer0_l6_f1[20], layer0_l6_f1[2], layer0_l6_f1[22:21], layer0_l6_f1[12], layer0_l6_f1[10], popcount_l6_f1[3], encoder_l2_f1[8], layer0_l6_f1[2] });
  assign layer0_l7_f3 = ~ ({ layer0_l6_f1[1], encoder_l2_f2[9], encoder_l2_f2[17], pix[247], encoder_l2_f1[8], encoder_l2_f1[8], layer0_l1_f1, encoder_l2_f2[1] }
    | { encoder_l1_f2[24], layer0_l6_f1[5], layer0_l4_f1[14], encoder_l2_f2[7], encoder_l1_f2[20], layer0_l4_f1[8], layer0_l6_f1[0], encoder_l2_f2[12], layer0_l3_f1[0] }
    | { layer0_l4_f1[27], encoder_l1_f2[39], layer0_l6_f1[25], popcount_l6_f1[7], layer0_l6_f1[12], layer0_l6_f1[8], encoder_l2_f2[13], layer0_l6_f1[4], layer0_l6_f1[0] });
  assign layer0_l7_f4 = ~ ({ pix[503], encoder_l2_f2[9] }
    | { encoder_l2_f2[6], layer0_l4_f1[14] }
    | { layer0_l4_f1[15], encoder_l1_f2[31] }
    | { layer0_l6_f1[11], layer0_l6_f1[11] });
  assign layer0_l7_f5 = ~ (encoder_l1_f1[23]
    | encoder_l1_f1[35]
    | encoder_l1_f1[82]
    | layer0_l6_f1[8]
    | layer0_l4_f1[15]);
  assign layer0_l7_f9 = ~ (| { encoder_l2_f1[16], layer0_l6_f1[10], encoder_l2_f2[23:22], layer0_l4_f1[10], encoder_l1_f2[19], encoder_l2_f1[9], pix[503], pix[375] });
  assign popcount_l7_f1 = ~ { popcount_l6_f2[8], popcount_l6_f3, popcount_l6_f2[7] };
  assign popcount_l7_f2 = ~ ({ popcount_l6_f2[8], layer0_l6_f1[30], pix[47], pix[343], layer0_l6_f1[18], layer0_l5_f1[2], popcount_l6_f2[4], layer0_l6_f1[15], pix[343], popcount_l6_f1[4:3], layer0_l6_f1[6], layer0_l6_f1[0] }
    | { layer0_l5_f4[4], layer0_l3_f1[15], layer0_l6_f1[22:21], layer0_l6_f1[19], layer0_l6_f1[16], popcount_l5_f2[3], popcount_l6_f1[8], layer0_l6_f1[13], popcount_l4_f1[1], layer0_l6_f1[7], popcount_l6_f1[2], encoder_l1_f2[4] });
  assign popcount_l7_f3 = ~ ({ layer0_l6_f1[2], layer0_l4_f1[6], pix[335] }
    | { layer0_l4_f1[4], layer0_l4_f1[28], layer0_l6_f1[3] }
    | { encoder_l2_f1[16], layer0_l6_f1[24], layer0_l3_f1[4] });
  assign popcount_l7_f4 = ~ (encoder_l1_f1[58] | encoder_l2_f2[3] | layer0_l4_f1[7] | popcount_l6_f1[7]);
  assign layer0_l8_f1 = ~ { layer0_l7_f2[14:13], layer0_l7_f3[8], layer0_l7_f2[12:11], layer0_l7_f3[7], layer0_l7_f2[10], layer0_l7_f3[6], layer0_l7_f2[9:8], layer0_l7_f3[5], layer0_l7_f2[7:5], layer0_l7_f3[4:3], layer0_l7_f2[4], layer0_l7_f4[0], layer0_l7_f9, layer0_l7_f2[3], layer0_l7_f5, layer0_l7_f3[2:1], layer0_l7_f2[1:0], layer0_l7_f3[0] };
  assign layer0_l8_f2 = ~ ({ popcount_l5_f2[1], layer0_l4_f1[0] } | { popcount_l7_f4, layer0_l7_f1[0] });
  assign popcount_l8_f1 = ~ { popcount_l7_f2[10], popcount_l7_f3[2:1], popcount_l7_f2[9], popcount_l7_f2[6], popcount_l7_f2[3], popcount_l7_f3[0], popcount_l7_f2[0] };
  assign popcount_l8_f2 = ~ ({ popcount_l7_f2[11], popcount_l7_f1[2], layer0_l3_f2[29], popcount_l7_f2[8:7], popcount_l4_f3, popcount_l7_f2[5:4], layer0_l7_f5, layer0_l5_f5[0], layer0_l7_f3[1], popcount_l5_f6, popcount_l7_f2[0] }
    | { popcount_l6_f2[9], layer0_l6_f1[31], layer0_l7_f3[8], popcount_l6_f2[6:5], popcount_l7_f2[5], popcount_l6_f2[3:2], layer0_l5_f4[1], layer0_l7_f2[2], layer0_l7_f3[2], popcount_l7_f3[0], popcount_l5_f2[0] });
  assign popcount_l8_f3 = ~ (pix[182] | encoder_l2_f2[26] | popcount_l7_f4);
  assign argmax_l8_f2 = ~ (layer0_l7_f4[0] | layer0_l7_f2[15]);
  assign layer0_l9_f2 = ~ ({ layer0_l8_f1[24], encoder_l1_f1[13], layer0_l8_f1[15], pix[335], encoder_l1_f1[84], layer0_l4_f1[19], layer0_l8_f1[2], pix[247] }
    | { layer0_l3_f1[14], layer0_l8_f1[2], layer0_l6_f1[23], layer0_l8_f1[12], layer0_l8_f1[10], layer0_l8_f1[6], layer0_l4_f1[7], layer0_l8_f1[1] });
  assign layer0_l9_f3 = ~ ({ encoder_l2_f2[30], pix[23], layer0_l8_f1[1], pix[207] }
    | { encoder_l2_f2[32], layer0_l8_f1[14], layer0_l4_f1[12], encoder_l1_f1[40] }
    | { layer0_l8_f1[14], layer0_l4_f1[35], encoder_l1_f2[39], layer0_l8_f1[6] });
  assign layer0_l9_f4 = ~ (pix[183] | encoder_l2_f1[3] | layer0_l8_f1[2] | layer0_l4_f1[34]);
  assign layer0_l9_f6 = ~ ({ pix[343], encoder_l1_f1[40], pix[279] }
    | { layer0_l8_f1[16], encoder_l2_f2[2], encoder_l2_f1[10] }
    | { layer0_l6_f1[28], encoder_l1_f2[38], layer0_l6_f1[24] }
    | { layer0_l6_f1[29], layer0_l8_f1[22], layer0_l8_f1[18] }
    | { layer0_l3_f1[14], layer0_l8_f1[24], layer0_l8_f1[19] }
    | { encoder_l2_f2[39], layer0_l6_f1[29], layer0_l8_f1[20] });
  assign popcount_l9_f1 = ~ { popcount_l8_f2[12], popcount_l8_f2[9:6], popcount_l8_f3, popcount_l8_f2[5] };
  assign popcount_l9_f2 = ~ ({ popcount_l5_f2[6], popcount_l8_f2[11], layer0_l8_f1[13], encoder_l2_f1[20], popcount_l8_f2[6], popcount_l5_f2[1], layer0_l8_f1[9:8], layer0_l8_f1[5], layer0_l8_f1[1], popcount_l7_f2[2], layer0_l8_f1[3], popcount_l6_f1[1], popcount_l8_f1[0], layer0_l7_f3[0], layer0_l7_f1[0] }
    | { popcount_l8_f2[11], popcount_l7_f2[12], popcount_l8_f1[6], layer0_l8_f1[23], layer0_l3_f4[0], popcount_l8_f3, layer0_l8_f1[10], popcount_l6_f1[5], layer0_l6_f1[9], popcount_l8_f1[2], popcount_l8_f2[3], layer0_l8_f1[4], popcount_l8_f1[1], popcount_l6_f1[0], layer0_l8_f2[0], layer0_l8_f1[0] });
  assign popcount_l9_f3 = ~ ({ encoder_l1_f2[13], layer0_l8_f1[1], encoder_l1_f2[2] }
    | { layer0_l8_f1[12], popcount_l6_f2[1], layer0_l3_f1[1] }
    | { layer0_l8_f1[20], popcount_l7_f2[3], popcount_l8_f2[0] });
  assign popcount_l9_f4 = ~ (popcount_l4_f1[2] | encoder_l2_f2[34] | popcount_l8_f1[6] | layer0_l5_f1[3]);
  assign popcount_l9_f6 = ~ (encoder_l2_f2[11]
    | encoder_l2_f2[17]
    | encoder_l2_f1[13]
    | popcount_l8_f1[4]
    | encoder_l2_f2[36]
    | popcount_l4_f1[3]);
  assign popcount_l9_f7 = ~ (encoder_l1_f1[52]
    | encoder_l2_f2[14]
    | encoder_l2_f1[14]
    | encoder_l2_f2[30]
    | popcount_l8_f1[6]
    | popcount_l8_f1[7]
    | popcount_l7_f1[1]);
  assign popcount_l9_f8 = ~ (encoder_l2_f2[8]
    | encoder_l2_f2[15]
    | layer0_l4_f1[11]
    | layer0_l4_f1[19]
    | popcount_l3_f1[0]
    | layer0_l6_f1[25]
    | layer0_l8_f1[19]
    | popcount_l8_f1[5]);
  assign popcount_l9_f10 = ~ (| { popcount_l8_f1[5], layer0_l4_f1[40], layer0_l8_f1[18], popcount_l3_f1[1], encoder_l3_f1[3], encoder_l2_f2[31], encoder_l2_f2[10], encoder_l2_f1[2], pix[207:206] });
  assign argmax_l9_f2 = ~ (layer0_l5_f2[11] | popcount_l8_f2[8]);
  assign layer0_l10_f1 = ~ { layer0_l9_f6[2], layer0_l9_f2[7], layer0_l9_f6[1], layer0_l9_f3[3], layer0_l9_f6[0], layer0_l9_f2[6:5], layer0_l9_f3[2], layer0_l9_f4, layer0_l9_f2[4], layer0_l9_f3[1:0], layer0_l9_f2[2:0] };
  assign popcount_l10_f1 = ~ { popcount_l9_f2[15:14], popcount_l9_f7, popcount_l9_f2[13], popcount_l9_f4, popcount_l9_f10, popcount_l9_f8, popcount_l9_f6, popcount_l9_f3[2], popcount_l9_f2[8], popcount_l9_f3[1], popcount_l9_f2[5], popcount_l9_f3[0] };
  assign popcount_l10_f2 = ~ ({ popcount_l9_f2[14], layer0_l6_f1[27], popcount_l8_f2[10], layer0_l4_f1[38], layer0_l6_f1[17], popcount_l9_f1[2], popcount_l6_f1[6], layer0_l7_f2[4], popcount_l9_f2[7], layer0_l7_f9, pix[215], popcount_l9_f2[4], popcount_l9_f2[0] }
    | { popcount_l8_f2[12], layer0_l9_f6[1], popcount_l9_f2[12], layer0_l9_f6[0], popcount_l9_f1[4], layer0_l4_f1[25], popcount_l9_f1[1], layer0_l9_f2[3], popcount_l8_f2[4], layer0_l9_f3[0], popcount_l9_f2[5], popcount_l8_f2[2], popcount_l9_f2[1] });
  assign argmax_l10_f2 = ~ (popcount_l9_f2[8] | argmax_l8_f2);
  assign layer0_l11_f2 = ~ (layer0_l10_f1[0] | encoder_l2_f2[40]);
  assign layer0_l11_f3 = ~ ({ pix[271], pix[398] }
    | { layer0_l4_f1[5], layer0_l10_f1[0] }
    | { layer0_l10_f1[1], encoder_l2_f1[6] });
  assign layer0_l11_f4 = ~ ({ pix[351], layer0_l4_f1[13] }
    | { encoder_l2_f1[20], encoder_l1_f2[31] }
    | { layer0_l8_f1[16], layer0_l10_f1[5] }
    | { layer0_l10_f1[13], layer0_l10_f1[9] });
  assign layer0_l11_f5 = ~ (layer0_l1_f1[0]
    | layer0_l4_f1[32]
    | layer0_l6_f1[22]
    | layer0_l10_f1[8]
    | layer0_l10_f1[9]);
  assign layer0_l11_f7 = ~ ({ pix[207], encoder_l1_f1[46], layer0_l4_f1[0] }
    | { pix[271], encoder_l1_f2[21], layer0_l4_f1[18] }
    | { encoder_l1_f1[28], layer0_l8_f1[22], encoder_l2_f1[16] }
    | { encoder_l1_f1[38], layer0_l4_f1[42], layer0_l10_f1[6] }
    | { encoder_l2_f2[0], layer0_l3_f1[13], layer0_l6_f1[23] }
    | { layer0_l10_f1[13], layer0_l5_f1[4], encoder_l3_f1[3] }
    | { layer0_l8_f1[25], layer0_l10_f1[11], encoder_l2_f2[34] });
  assign layer0_l11_f8 = ~ ({ pix[167], encoder_l1_f2[4], encoder_l1_f1[23] }
    | { encoder_l2_f1[8], encoder_l1_f2[9], encoder_l1_f2[1] }
    | { encoder_l2_f2[20], encoder_l1_f2[27], encoder_l2_f2[7] }
    | { encoder_l2_f1[19], layer0_l10_f1[6], encoder_l2_f1[18] }
    | { encoder_l2_f2[27], encoder_l3_f1[2], layer0_l4_f1[32] }
    | { layer0_l10_f1[8], popcount_l8_f1[4], layer0_l6_f1[20] }
    | { layer0_l8_f1[17], layer0_l8_f1[13], layer0_l10_f1[5] }
    | { popcount_l3_f1, encoder_l2_f2[30] });
  assign layer0_l11_f11 = ~ (| { encoder_l2_f2[28], layer0_l4_f1[28:27], layer0_l10_f1[4], layer0_l6_f1[14], encoder_l1_f2[34], layer0_l4_f1[21], encoder_l2_f1[5:4], layer0_l4_f1[3], layer0_l4_f1[0] });
  assign layer0_l11_f12 = ~ (| { layer0_l8_f1[25], encoder_l2_f2[39], layer0_l4_f1[41], layer0_l10_f1[9], layer0_l4_f1[35], encoder_l1_f2[41], layer0_l4_f1[29], layer0_l4_f1[5], layer0_l8_f1[1], encoder_l1_f2[0], encoder_l1_f1[84], encoder_l1_f1[49] });
  assign popcount_l11_f1 = ~ { popcount_l10_f2[10], popcount_l10_f2[4], popcount_l10_f2[1:0] };
  assign popcount_l11_f2 = ~ ({ popcount_l10_f1[11], layer0_l5_f2[19], layer0_l8_f1[20], layer0_l3_f2[35], popcount_l7_f2[7], popcount_l10_f2[7], popcount_l9_f2[9], layer0_l8_f1[7], encoder_l1_f1[35], popcount_l9_f2[2] }
    | { popcount_l9_f1[6], layer0_l10_f1[12], popcount_l10_f1[5], layer0_l10_f1[10], popcount_l10_f2[8], popcount_l9_f2[11], popcount_l10_f2[5], layer0_l10_f1[3], popcount_l10_f1[1:0] });
  assign popcount_l11_f4 = ~ ({ pix[375], encoder_l1_f2[21] }
    | { encoder_l2_f1[7], layer0_l8_f1[22] }
    | { layer0_l10_f1[1], popcount_l10_f1[9] }
    | { layer0_l8_f1[16], popcount_l7_f1[1] });
  assign popcount_l11_f5 = ~ (encoder_l1_f1[62]
    | encoder_l1_f2[2]
    | layer0_l4_f1[4]
    | layer0_l10_f1[11]
    | encoder_l2_f2[38]);
  assign popcount_l11_f6 = ~ ({ pix[375], encoder_l1_f1[2] }
    | { encoder_l1_f1[52], layer0_l4_f1[2] }
    | { layer0_l3_f1[9], layer0_l4_f1[9] }
    | { encoder_l2_f2[37], layer0_l4_f1[14] }
    | { layer0_l5_f1[4], popcount_l10_f1[4] }
    | { popcount_l10_f1[9], layer0_l4_f1[40] });
  assign popcount_l11_f7 = ~ (pix[15]
    | encoder_l1_f1[64]
    | encoder_l2_f2[12]
    | layer0_l3_f1[7]
    | layer0_l4_f1[29]
    | popcount_l4_f1[3]
    | popcount_l10_f1[4]);
  assign popcount_l11_f9 = ~ (| { layer0_l8_f1[17], layer0_l4_f1[35], layer0_l4_f1[26], layer0_l10_f1[4], encoder_l2_f2[19], encoder_l1_f2[9], encoder_l1_f1[70], encoder_l1_f1[48], encoder_l1_f1[29] });
  assign argmax_l11_f2 = ~ (popcount_l10_f2[8] | argmax_l9_f2);
  assign layer0_l12_f1 = ~ { layer0_l11_f12, layer0_l11_f2, layer0_l11_f4[1], layer0_l11_f7[2:1], layer0_l11_f8[2], layer0_l11_f4[0], layer0_l11_f7[0], layer0_l11_f5, layer0_l11_f8[1:0], layer0_l11_f11, layer0_l11_f3 };
  assign layer0_l12_f2 = ~ ({ layer0_l11_f12, layer0_l11_f7[2], layer0_l8_f1[21], layer0_l11_f5 }
    | { layer0_l3_f1[17], layer0_l9_f6[2], layer0_l11_f7[1:0] });
  assign popcount_l12_f1 = ~ { popcount_l11_f9, popcount_l11_f4[1], popcount_l11_f6[1], popcount_l11_f4[0], popcount_l11_f5, popcount_l11_f7, popcount_l11_f6[0], popcount_l11_f2[5:3], popcount_l11_f2[0] };
  assign popcount_l12_f2 = ~ ({ popcount_l11_f2[9], popcount_l7_f2[11], popcount_l10_f2[11], popcount_l11_f6[1], popcount_l9_f4, popcount_l9_f10, popcount_l11_f6[0], popcount_l10_f2[9], popcount_l11_f2[5], popcount_l11_f2[3], popcount_l10_f2[3], popcount_l7_f2[2], popcount_l11_f2[1], layer0_l7_f1[1] }
    | { popcount_l10_f2[12], popcount_l11_f2[9:8], popcount_l9_f7, popcount_l11_f5, popcount_l11_f7, popcount_l11_f2[7:6], popcount_l6_f1[9], layer0_l7_f3[4], popcount_l11_f2[2:1], popcount_l10_f2[2], popcount_l11_f2[0] });
  assign layer0_l13_f2 = ~ ({ layer0_l12_f1[13], layer0_l12_f1[10], layer0_l7_f2[11], layer0_l12_f1[5], layer0_l12_f1[3], layer0_l12_f1[3:2] }
    | { layer0_l2_f4[2], layer0_l10_f1[14], layer0_l12_f1[9], layer0_l12_f1[6], layer0_l12_f1[4], layer0_l10_f1[6], layer0_l7_f4[1] });
  assign layer0_l13_f3 = ~ ({ encoder_l2_f1[3], layer0_l6_f1[0], layer0_l4_f1[8] }
    | { encoder_l2_f2[22], layer0_l8_f1[15], layer0_l4_f1[9] }
    | { layer0_l12_f1[12], layer0_l12_f1[7], layer0_l12_f1[1] });
  assign layer0_l13_f5 = ~ ({ encoder_l1_f2[22], pix[375] }
    | { layer0_l4_f1[23], encoder_l2_f2[6] }
    | { layer0_l4_f1[34], layer0_l6_f1[1] }
    | { layer0_l12_f1[7], encoder_l2_f2[11] }
    | { layer0_l8_f1[16], layer0_l12_f1[0] });
  assign layer0_l13_f12 = ~ (| { layer0_l3_f1[9], layer0_l6_f1[14], layer0_l4_f1[23], encoder_l2_f2[25], encoder_l2_f2[22], layer0_l12_f1[0], layer0_l4_f1[3], encoder_l1_f1[84], pix[511], pix[143], pix[119], pix[54] });
  assign popcount_l13_f1 = ~ { popcount_l12_f2[13:11], popcount_l12_f2[6], popcount_l12_f2[3:1] };
  assign popcount_l13_f2 = ~ ({ popcount_l12_f1[8], popcount_l10_f1[8:7], popcount_l12_f1[4], encoder_l2_f1[17], popcount_l12_f1[3], popcount_l4_f2[2], popcount_l12_f1[1], layer0_l10_f1[2], popcount_l12_f2[1], pix[270], layer0_l6_f2 }
    | { popcount_l10_f1[10], popcount_l12_f1[6:5], popcount_l10_f1[5], popcount_l12_f2[6], popcount_l5_f2[4], popcount_l12_f2[5], layer0_l8_f1[11], popcount_l12_f2[3], popcount_l9_f3[1], layer0_l12_f1[1], popcount_l12_f1[0] });
  assign popcount_l13_f3 = ~ (layer0_l3_f1[3] | popcount_l8_f1[7] | popcount_l12_f2[9]);
  assign popcount_l13_f4 = ~ (layer0_l4_f1[19] | encoder_l2_f1[20] | layer0_l4_f1[31] | popcount_l12_f2[7]);
  assign popcount_l13_f7 = ~ (pix[207]
    | encoder_l1_f1[3]
    | layer0_l2_f1
    | encoder_l2_f2[13]
    | encoder_l2_f1[15]
    | encoder_l1_f2[33]
    | layer0_l12_f1[12]);
  assign layer0_l14_f1 = ~ { layer0_l13_f3[2], layer0_l13_f5[1], layer0_l13_f3[1], layer0_l13_f12, layer0_l13_f3[0], layer0_l13_f5[0] };
  assign layer0_l14_f2 = ~ ({ layer0_l12_f2[3:1], layer0_l13_f5[1], layer0_l12_f2[0], layer0_l13_f2[1] }
    | { layer0_l13_f2[6:4], layer0_l11_f8[2], layer0_l13_f2[3], layer0_l11_f8[1] });
  assign popcount_l14_f1 = ~ { popcount_l13_f7, popcount_l13_f3, popcount_l13_f4, popcount_l13_f2[5], popcount_l13_f2[1] };
  assign popcount_l14_f2 = ~ ({ popcount_l12_f2[10], popcount_l12_f2[8], encoder_l1_f2[34], popcount_l12_f2[5], layer0_l5_f2[10], popcount_l13_f2[4], popcount_l9_f2[9], layer0_l9_f2[2], popcount_l13_f1[0], popcount_l10_f1[0], popcount_l13_f2[0] }
    | { popcount_l13_f2[11], popcount_l13_f2[9], popcount_l13_f1[3], popcount_l13_f2[6], layer0_l13_f2[0], popcount_l12_f2[4], popcount_l13_f2[4], popcount_l13_f1[2], popcount_l10_f1[2], popcount_l13_f2[0], popcount_l12_f2[0] });
  assign layer0_l15_f1 = ~ { layer0_l14_f2[5:3], layer0_l14_f2[1] };
  assign layer0_l15_f2 = ~ ({ layer0_l14_f1[4], layer0_l14_f2[1:0], layer0_l14_f1[2] }
    | { layer0_l12_f1[8], layer0_l14_f1[3], layer0_l13_f2[2], layer0_l8_f2[1] });
  assign layer0_l15_f4 = ~ ({ encoder_l1_f2[17], pix[367] }
    | { encoder_l1_f2[35], layer0_l3_f1[7] }
    | { layer0_l14_f1[5], encoder_l1_f2[25] }
    | { encoder_l2_f2[41], layer0_l14_f1[1] });
  assign popcount_l15_f1 = ~ { popcount_l14_f2[10:9], popcount_l14_f2[7:4], popcount_l14_f2[1:0] };
  assign popcount_l15_f2 = ~ ({ layer0_l14_f2[5:4], popcount_l13_f2[10], layer0_l14_f2[3], popcount_l13_f2[8], popcount_l10_f2[9], popcount_l14_f2[8], layer0_l11_f11, popcount_l14_f2[6], popcount_l9_f2[8], popcount_l10_f2[3], popcount_l14_f2[3:2], popcount_l14_f2[2], popcount_l11_f1[0] }
    | { layer0_l2_f2[11], layer0_l12_f1[11], popcount_l14_f1[3], layer0_l5_f4[3], popcount_l14_f1[2], popcount_l14_f2[8], popcount_l13_f2[7], popcount_l14_f1[1], popcount_l8_f1[3], popcount_l14_f2[5], popcount_l14_f2[3], popcount_l13_f2[3:2], popcount_l9_f2[6], popcount_l14_f2[0] });
  assign popcount_l15_f3 = ~ ({ popcount_l4_f2[0], layer0_l6_f1[3], encoder_l1_f1[25] }
    | { encoder_l2_f2[18], layer0_l14_f1[0], popcount_l8_f2[1] }
    | { layer0_l14_f1[1], layer0_l3_f1[5], layer0_l14_f1[0] });
  assign popcount_l15_f4 = ~ ({ pix[55], encoder_l1_f2[16] }
    | { popcount_l9_f2[10], popcount_l6_f2[0] }
    | { layer0_l14_f1[2], encoder_l2_f2[19] }
    | { popcount_l10_f2[6], popcount_l14_f1[0] });
  assign popcount_l15_f6 = ~ (pix[15]
    | pix[79]
    | encoder_l1_f2[31]
    | encoder_l1_f2[38]
    | encoder_l1_f2[41]
    | layer0_l14_f1[5]);
  assign layer0_l16_f1 = ~ { layer0_l15_f4[1], layer0_l15_f2[1:0], layer0_l15_f4[0] };
  assign layer0_l16_f2 = ~ ({ layer0_l14_f2[2], layer0_l15_f1[0], layer0_l15_f2[1] }
    | { layer0_l15_f2[3], layer0_l13_f3[1], layer0_l9_f3[2] });
  assign popcount_l16_f1 = ~ { popcount_l15_f6, popcount_l15_f2[12], popcount_l15_f2[10:7], popcount_l15_f4[1], popcount_l15_f2[4:1], popcount_l15_f3[2], popcount_l15_f4[0], popcount_l15_f3[1:0] };
  assign popcount_l16_f2 = ~ ({ popcount_l15_f6, layer0_l15_f1[3:2], popcount_l15_f2[12], layer0_l15_f1[1], popcount_l15_f2[8], popcount_l15_f2[10], popcount_l6_f2[4], popcount_l15_f1[4], popcount_l8_f2[7], popcount_l9_f1[0], popcount_l15_f2[3], popcount_l10_f1[3], popcount_l15_f2[4], popcount_l10_f2[0], popcount_l9_f2[0] }
    | { popcount_l13_f7, layer0_l3_f1[18], layer0_l11_f4[1], popcount_l12_f1[7], layer0_l6_f1[26], popcount_l6_f2[7], popcount_l10_f1[6], popcount_l15_f2[6], popcount_l7_f2[6], layer0_l15_f2[0], popcount_l15_f4[1], popcount_l10_f2[4], popcount_l15_f1[3], popcount_l14_f2[4], popcount_l15_f1[0], popcount_l15_f2[0] });
  assign layer0_l17_f1 = ~ layer0_l16_f2[2];
  assign layer0_l17_f2 = ~ ({ layer0_l12_f2[2], layer0_l16_f2[1], layer0_l16_f1[2], popcount_l9_f1[3] }
    | { popcount_l16_f2[13], layer0_l15_f2[2], layer0_l10_f1[7], layer0_l16_f1[1] });
  assign popcount_l17_f1 = ~ { popcount_l16_f2[8], popcount_l16_f2[6], popcount_l16_f2[2], popcount_l16_f2[0] };
  assign popcount_l17_f2 = ~ ({ layer0_l12_f2[3], popcount_l16_f1[14], popcount_l16_f2[14:13], popcount_l16_f1[13], layer0_l12_f2[1], popcount_l16_f2[11], popcount_l16_f1[12], popcount_l16_f1[10], layer0_l12_f2[0], popcount_l16_f2[8], popcount_l15_f2[6], popcount_l8_f2[5], popcount_l7_f2[4], popcount_l16_f1[7], popcount_l16_f2[3], popcount_l16_f1[6], popcount_l4_f2[1], popcount_l7_f2[1], popcount_l15_f2[0], popcount_l9_f2[3] }
    | { popcount_l16_f2[14], popcount_l14_f1[4], popcount_l15_f2[14:13], popcount_l11_f4[0], popcount_l16_f2[11], popcount_l15_f2[11], popcount_l9_f8, popcount_l7_f1[0], layer0_l16_f2[1], popcount_l16_f1[9], popcount_l16_f2[7], popcount_l16_f1[8], popcount_l16_f2[5], popcount_l15_f1[2], popcount_l15_f2[5], popcount_l11_f1[2], popcount_l16_f1[3:2], popcount_l16_f2[1], popcount_l16_f1[0] });
  assign popcount_l17_f4 = ~ ({ encoder_l1_f1[48], encoder_l2_f2[6] }
    | { popcount_l14_f1[0], layer0_l4_f1[39] }
    | { layer0_l8_f1[25], popcount_l16_f2[15] }
    | { layer0_l16_f1[3], popcount_l12_f1[9] });
  assign popcount_l17_f6 = ~ (layer0_l2_f1
    | encoder_l2_f2[7]
    | encoder_l1_f2[39]
    | layer0_l3_f1[10]
    | popcount_l12_f1[9]
    | layer0_l16_f1[3]);
  assign layer0_l18_f1 = ~ layer0_l17_f2[3:2];
  assign layer0_l18_f2 = ~ ({ layer0_l17_f2[2], layer0_l16_f2[0], popcount_l17_f2[2] }
    | { layer0_l16_f2[2], layer0_l17_f2[1], layer0_l16_f1[0] });
  assign popcount_l18_f1 = ~ { popcount_l17_f4[1], popcount_l17_f2[20], popcount_l17_f6, popcount_l17_f4[0], popcount_l17_f2[18:17], popcount_l17_f2[15:14], popcount_l17_f2[11], popcount_l17_f2[9], popcount_l17_f2[7], popcount_l17_f2[5], popcount_l17_f2[3:0] };
  assign popcount_l18_f2 = ~ ({ popcount_l17_f2[18], popcount_l17_f4[1], popcount_l17_f2[17], layer0_l17_f2[3], popcount_l17_f2[14], popcount_l17_f2[16], popcount_l14_f1[3], popcount_l17_f2[12], popcount_l17_f2[13], popcount_l14_f1[2], popcount_l5_f2[5], layer0_l14_f2[0], popcount_l17_f1[3], popcount_l17_f2[9], popcount_l16_f2[6:5], popcount_l16_f2[2], popcount_l17_f2[4], popcount_l9_f2[7], popcount_l17_f2[0] }
    | { popcount_l5_f2[7], popcount_l11_f9, popcount_l12_f2[11], popcount_l9_f2[15], popcount_l10_f2[10], popcount_l16_f2[12], popcount_l17_f2[16], popcount_l16_f2[10:9], popcount_l17_f2[13:12], layer0_l17_f2[1], popcount_l15_f2[7], popcount_l14_f2[7], layer0_l17_f2[0], popcount_l17_f2[8], popcount_l17_f2[6], popcount_l16_f2[4], popcount_l17_f2[4], popcount_l16_f1[1] });
  assign layer0_l19_f1 = ~ layer0_l18_f2[1];
  assign layer0_l19_f2 = ~ (layer0_l18_f1 | { popcount_l10_f1[12], layer0_l17_f1 });
  assign popcount_l19_f1 = ~ { popcount_l18_f2[14:8], popcount_l18_f2[6:1] };
  assign popcount_l19_f2 = ~ ({ popcount_l18_f1[6], popcount_l18_f1[15], popcount_l17_f2[19], popcount_l18_f1[11:10], popcount_l18_f2[14], popcount_l17_f2[15], popcount_l18_f1[8], popcount_l14_f2[9], popcount_l15_f2[9], layer0_l18_f2[1], popcount_l18_f2[8], popcount_l17_f2[10], popcount_l18_f1[2], popcount_l18_f1[0] }
    | { popcount_l15_f1[5], popcount_l12_f1[10], popcount_l18_f1[12], popcount_l6_f1[10], popcount_l13_f1[4], popcount_l14_f2[10], popcount_l18_f2[13], popcount_l11_f1[3], popcount_l18_f2[11:10], popcount_l8_f2[9], popcount_l17_f2[11], popcount_l18_f2[7], layer0_l15_f4[0], popcount_l15_f3[1] });
  assign argmax_l19_f2 = ~ ({ popcount_l18_f2[2], popcount_l18_f2[4] }
    | { popcount_l17_f2[5], popcount_l11_f2[4] });
  assign popcount_l20_f1 = ~ { popcount_l19_f2[12], popcount_l19_f2[2] };
  assign popcount_l20_f2 = ~ ({ popcount_l19_f2[11], popcount_l18_f2[18], popcount_l19_f2[12], popcount_l4_f2[5], popcount_l19_f2[10], popcount_l18_f2[16], popcount_l10_f2[11], popcount_l19_f2[7], popcount_l19_f1[12], popcount_l18_f1[9], popcount_l9_f2[12], popcount_l15_f1[6], popcount_l16_f1[11], layer0_l19_f2[0], layer0_l14_f2[2], popcount_l19_f1[6], layer0_l19_f1, popcount_l19_f1[3], popcount_l19_f1[1], popcount_l16_f1[2], popcount_l19_f2[1:0], popcount_l16_f1[0] }
    | { popcount_l18_f2[19], popcount_l19_f2[13], popcount_l18_f1[13], popcount_l19_f2[11], popcount_l18_f2[17], layer0_l19_f2[1], popcount_l19_f2[10], popcount_l18_f2[15], popcount_l15_f1[7], popcount_l19_f1[11], popcount_l19_f2[7], popcount_l19_f1[9:8], layer0_l18_f2[2], layer0_l19_f2[0], popcount_l18_f1[7], popcount_l9_f1[5], popcount_l12_f1[2], popcount_l18_f1[4], popcount_l19_f2[1], layer0_l18_f2[0], popcount_l18_f2[0], popcount_l19_f2[0] });
  assign argmax_l20_f2 = ~ ({ popcount_l18_f2[6], popcount_l19_f1[5] }
    | { popcount_l19_f2[14], popcount_l19_f2[2] });
  assign popcount_l21_f1 = ~ { popcount_l20_f2[22:21], popcount_l20_f2[19:15], popcount_l20_f2[12], popcount_l20_f2[9:8], popcount_l20_f2[3:0] };
  assign popcount_l21_f2 = ~ ({ popcount_l20_f1[1], popcount_l20_f2[18], popcount_l13_f1[5], popcount_l20_f2[14], popcount_l12_f2[10], popcount_l19_f2[8], popcount_l20_f2[11], popcount_l12_f2[8], popcount_l19_f2[5], popcount_l20_f2[6], popcount_l19_f2[3], popcount_l7_f2[8], popcount_l18_f2[6], popcount_l10_f2[7], popcount_l16_f2[3], popcount_l20_f2[2], popcount_l20_f2[3], popcount_l20_f2[1:0] }
    | { popcount_l17_f6, popcount_l12_f2[13], popcount_l20_f2[17], popcount_l19_f2[9], popcount_l20_f2[14:13], popcount_l19_f2[6], popcount_l20_f2[11:10], popcount_l19_f2[4], popcount_l20_f2[7:6], popcount_l20_f1[0], popcount_l20_f2[5:4], popcount_l17_f2[3], popcount_l12_f2[2], popcount_l10_f2[1], popcount_l15_f1[1] });
  assign argmax_l21_f1 = ~ argmax_l20_f2[1];
  assign argmax_l21_f2 = ~ ({ popcount_l20_f2[4], popcount_l20_f2[5] } | argmax_l19_f2);
  assign popcount_l22_f1 = ~ { popcount_l21_f2[17], popcount_l21_f2[15:4] };
  assign popcount_l22_f2 = ~ ({ popcount_l21_f1[10], popcount_l21_f2[18], popcount_l18_f1[12], popcount_l12_f2[12], popcount_l20_f2[15], popcount_l21_f1[6], popcount_l18_f2[12], popcount_l19_f1[7], popcount_l21_f2[5:4], popcount_l21_f1[3:0] }
    | { popcount_l13_f1[6], popcount_l20_f2[20], popcount_l21_f2[18], popcount_l21_f1[9], popcount_l21_f2[15], popcount_l21_f2[13:12], popcount_l21_f2[10], popcount_l19_f1[4], popcount_l19_f1[2], popcount_l13_f1[1], popcount_l18_f1[3], popcount_l11_f1[1], popcount_l14_f2[1] });
  assign popcount_l22_f3 = ~ (popcount_l14_f1[1] | popcount_l17_f2[10] | popcount_l21_f2[6]);
  assign argmax_l22_f2 = ~ ({ popcount_l21_f2[9], popcount_l21_f2[6] }
    | { popcount_l20_f2[9], argmax_l20_f2[0] });
  assign popcount_l23_f1 = ~ { popcount_l22_f2[12:11], popcount_l22_f2[9], popcount_l22_f2[7] };
  assign popcount_l23_f2 = ~ ({ popcount_l19_f1[10], popcount_l21_f1[7], popcount_l13_f2[5], popcount_l22_f2[12:11], popcount_l18_f2[16], popcount_l22_f2[10], popcount_l20_f2[12], popcount_l18_f2[9], popcount_l22_f1[5], popcount_l22_f1[3], popcount_l21_f2[7], popcount_l22_f1[1:0], popcount_l22_f2[2], popcount_l21_f2[2], popcount_l16_f1[3], popcount_l22_f2[1], popcount_l9_f2[4], popcount_l21_f2[0] }
    | { popcount_l22_f1[8], popcount_l22_f1[11], popcount_l22_f1[2], popcount_l20_f2[21], popcount_l17_f2[20], popcount_l22_f2[10], popcount_l21_f2[16], popcount_l22_f1[9], popcount_l22_f1[6], popcount_l21_f1[5], popcount_l21_f2[8], popcount_l22_f1[4], popcount_l18_f2[5], popcount_l18_f2[3], popcount_l21_f2[3], popcount_l22_f2[3:2], popcount_l21_f2[1], popcount_l22_f2[1:0] });
  assign argmax_l23_f2 = ~ (popcount_l21_f2[17] | popcount_l22_f2[13]);
  assign popcount_l24_f1 = ~ { popcount_l23_f2[14:13], popcount_l23_f2[10], popcount_l23_f2[5:0] };
  assign popcount_l24_f2 = ~ ({ popcount_l22_f2[7], popcount_l23_f1[3:2], popcount_l21_f1[8], popcount_l19_f2[8], popcount_l23_f2[12], popcount_l19_f2[5], popcount_l23_f2[11], popcount_l23_f2[8], popcount_l22_f2[5:4], popcount_l16_f1[4], popcount_l17_f1[0] }
    | { popcount_l23_f2[19], popcount_l21_f1[12], popcount_l18_f1[14], popcount_l23_f2[13:12], popcount_l22_f2[8], popcount_l23_f2[11], popcount_l22_f2[6], popcount_l23_f2[9], popcount_l23_f2[7:6], popcount_l23_f2[4], popcount_l23_f2[0] });
  assign argmax_l24_f2 = ~ ({ popcount_l22_f2[9], popcount_l23_f2[10], popcount_l15_f2[2], popcount_l17_f2[1], popcount_l22_f3, popcount_l19_f2[3] }
    | { popcount_l23_f2[18], argmax_l22_f2[1], popcount_l23_f2[5], popcount_l23_f2[2], popcount_l23_f2[17], popcount_l23_f2[8] });
  assign popcount_l25_f1 = ~ { popcount_l24_f2[12], popcount_l24_f2[8:2] };
  assign popcount_l25_f2 = ~ ({ popcount_l24_f2[11], popcount_l18_f2[18], popcount_l23_f2[15], popcount_l20_f2[16], popcount_l24_f2[7], popcount_l24_f2[5:4], popcount_l16_f1[5], popcount_l15_f2[1], popcount_l18_f1[1], popcount_l16_f2[0] }
    | { popcount_l23_f2[16], popcount_l24_f2[11:10], popcount_l24_f1[7], popcount_l22_f1[10], popcount_l22_f1[7], popcount_l21_f1[4], popcount_l24_f1[5:4], popcount_l24_f1[2], popcount_l24_f1[0] });
  assign argmax_l25_f1 = ~ { argmax_l24_f2[5], argmax_l24_f2[0] };
  assign argmax_l25_f2 = ~ ({ popcount_l18_f1[5], popcount_l19_f1[0] } | popcount_l24_f2[3:2]);
  assign popcount_l26_f1 = ~ { popcount_l25_f2[10:8], popcount_l25_f2[3], popcount_l25_f2[1] };
  assign popcount_l26_f2 = ~ ({ popcount_l25_f2[10], popcount_l21_f1[11], popcount_l25_f2[7], popcount_l25_f1[5], popcount_l25_f1[3:2], popcount_l17_f2[7], popcount_l18_f2[1], popcount_l21_f2[2], popcount_l25_f2[2], popcount_l21_f2[0], popcount_l25_f2[0] }
    | { popcount_l20_f2[22], popcount_l25_f2[8], popcount_l24_f2[9], popcount_l21_f2[14], popcount_l21_f2[11], popcount_l20_f2[8], popcount_l25_f1[1:0], popcount_l25_f2[2], popcount_l24_f2[1], popcount_l25_f2[0], popcount_l24_f2[0] });
  assign argmax_l26_f2 = ~ ({ popcount_l25_f2[3], popcount_l25_f2[1] } | argmax_l24_f2[3:2]);
  assign popcount_l27_f1 = ~ { popcount_l26_f2[11], popcount_l26_f2[9], popcount_l26_f2[5:0] };
  assign popcount_l27_f2 = ~ ({ popcount_l26_f1[4], popcount_l20_f2[19], popcount_l22_f1[12], popcount_l26_f2[8:6], popcount_l24_f1[3], popcount_l26_f2[0] }
    | { popcount_l21_f1[13], popcount_l26_f1[2], popcount_l26_f2[9], popcount_l25_f2[6:4], popcount_l26_f2[2], popcount_l24_f1[1] });
  assign popcount_l27_f3 = ~ ({ popcount_l16_f2[2], popcount_l16_f2[6] }
    | { popcount_l22_f2[4], popcount_l22_f2[5] }
    | { popcount_l26_f2[4], popcount_l26_f2[5] });
  assign argmax_l27_f2 = ~ (popcount_l26_f2[5:4] | argmax_l25_f2);
  assign popcount_l28_f1 = ~ popcount_l27_f2[4:2];
  assign popcount_l28_f2 = ~ ({ popcount_l17_f1[2:1], popcount_l23_f1[0], popcount_l23_f1[1], popcount_l23_f2[15], popcount_l27_f2[6], popcount_l21_f2[17], popcount_l23_f2[3], popcount_l27_f1[0] }
    | { popcount_l27_f1[5:4], popcount_l27_f2[3], popcount_l27_f2[4], popcount_l27_f2[6], popcount_l26_f2[10], popcount_l27_f1[6], popcount_l27_f1[2], popcount_l23_f2[1] });
  assign argmax_l28_f2 = ~ ({ popcount_l26_f2[11], popcount_l23_f2[10] }
    | { popcount_l27_f2[7], popcount_l27_f2[2] });
  assign popcount_l29_f1 = ~ popcount_l28_f2[4:3];
  assign popcount_l29_f2 = ~ ({ popcount_l28_f2[3:2], popcount_l25_f2[7], popcount_l22_f2[9], popcount_l22_f2[7], popcount_l24_f1[6], popcount_l28_f2[1:0] }
    | { popcount_l26_f1[3], popcount_l27_f2[5], popcount_l28_f2[2], popcount_l28_f1, popcount_l27_f2[1:0] });
  assign argmax_l29_f2 = ~ ({ popcount_l27_f3[0], popcount_l27_f3[1] } | popcount_l28_f2[8:7]);
  assign popcount_l30_f1 = ~ { popcount_l29_f2[6:5], popcount_l29_f2[1:0] };
  assign popcount_l30_f2 = ~ ({ popcount_l29_f2[3], popcount_l29_f2[4], popcount_l29_f1[0], popcount_l29_f2[5], popcount_l26_f2[6], popcount_l25_f2[3] }
    | { popcount_l28_f2[6:5], popcount_l25_f2[9], popcount_l23_f2[14], popcount_l29_f2[2:1] });
  assign argmax_l30_f2 = ~ ({ popcount_l29_f2[2], popcount_l25_f2[1], popcount_l26_f2[8:7] }
    | { argmax_l28_f2[0], popcount_l29_f2[0], popcount_l29_f2[4:3] });
  assign popcount_l31_f1 = ~ popcount_l30_f2[1:0];
  assign popcount_l31_f2 = ~ ({ popcount_l30_f2[3], popcount_l30_f1[2], argmax_l30_f2[1:0], popcount_l30_f2[1], popcount_l26_f1[1:0] }
    | { popcount_l29_f2[7], popcount_l24_f1[8], popcount_l24_f2[8], popcount_l24_f2[6], argmax_l24_f2[0], popcount_l30_f1[1:0] });
  assign argmax_l31_f1 = ~ argmax_l30_f2[1:0];
  assign popcount_l32_f1 = ~ { popcount_l31_f2[6], popcount_l31_f2[4:2] };
  assign popcount_l32_f2 = ~ ({ popcount_l27_f1[7], popcount_l30_f2[2], popcount_l31_f2[1], popcount_l28_f2[1:0] }
    | { popcount_l31_f2[6:5], popcount_l30_f2[0], popcount_l31_f2[1:0] });
  assign argmax_l32_f2 = ~ ({ popcount_l31_f2[0], argmax_l31_f1[0], argmax_l31_f1[1], popcount_l31_f1[1] }
    | { argmax_l30_f2[2], popcount_l25_f1[4], popcount_l25_f1[6], argmax_l25_f1[0] });
  assign popcount_l33_f1 = ~ popcount_l32_f2[3:0];
  assign popcount_l33_f2 = ~ ({ popcount_l32_f2[0], popcount_l26_f2[11], popcount_l32_f2[1] }
    | { popcount_l26_f2[1], popcount_l32_f1[3], popcount_l26_f2[3] });
  assign argmax_l33_f2 = ~ (popcount_l29_f2[6] | popcount_l32_f2[3]);
  assign popcount_l34_f2 = ~ ({ popcount_l33_f2[1], popcount_l30_f1[3], popcount_l33_f1[1:0] }
    | { popcount_l32_f2[4], popcount_l33_f1[3], popcount_l27_f1[3], popcount_l27_f1[1] });
  assign argmax_l34_f2 = ~ (popcount_l30_f2[3] | popcount_l33_f2[1]);
  assign popcount_l35_f1 = ~ popcount_l34_f2[1];
  assign popcount_l35_f2 = ~ ({ argmax_l34_f2, popcount_l30_f2[2], popcount_l33_f2[0] }
    | { popcount_l28_f2[4], popcount_l34_f2[2:1] });
  assign argmax_l35_f1 = ~ argmax_l34_f2;
  assign argmax_l35_f2 = ~ ({ popcount_l34_f2[0], popcount_l34_f2[2] }
    | { popcount_l33_f2[2], argmax_l33_f2 });
  assign popcount_l36_f1 = ~ popcount_l35_f2;
  assign argmax_l36_f2 = ~ ({ popcount_l32_f2[2], popcount_l31_f1[0], argmax_l35_f1 }
    | { popcount_l35_f2[0], popcount_l35_f1, popcount_l29_f1[1] });
  assign popcount_l37_f2 = ~ (popcount_l33_f1[2] | popcount_l36_f1[0]);
  assign popcount_l38_f2 = ~ (popcount_l33_f2[0] | popcount_l37_f2);
  assign argmax_l39_f10 = ~ (| { popcount_l27_f3[1], popcount_l36_f1[2], popcount_l27_f3[0], popcount_l35_f2[1], popcount_l32_f1[2:1], popcount_l22_f3, popcount_l32_f1[0], popcount_l38_f2, popcount_l34_f2[0] });
  assign argmax_l40_f2 = ~ ({ popcount_l38_f2, popcount_l27_f3[0], popcount_l27_f3[1], popcount_l22_f3, argmax_l39_f10, popcount_l35_f2[1], popcount_l34_f2[0] }
    | { argmax_l39_f10, argmax_l39_f10, argmax_l39_f10, argmax_l39_f10, argmax_l32_f2[0], argmax_l39_f10, argmax_l39_f10 });
  assign argmax_l41_f1 = ~ argmax_l40_f2[2];
  assign argmax_l41_f2 = ~ (argmax_l40_f2[1] | argmax_l35_f2[0]);
  assign argmax_l42_f6 = ~ (argmax_l41_f2
    | argmax_l41_f1
    | argmax_l36_f2[0]
    | argmax_l36_f2[1]
    | argmax_l32_f2[1]
    | argmax_l32_f2[2]);
  assign argmax_l43_f1 = ~ argmax_l42_f6;
  assign argmax_l43_f2 = ~ ({ argmax_l42_f6, argmax_l42_f6, argmax_l42_f6, argmax_l35_f2[1] }
    | { argmax_l29_f2, argmax_l24_f2[1], argmax_l42_f6 });
  assign argmax_l43_f3 = ~ (popcount_l37_f2 | argmax_l42_f6 | argmax_l36_f2[2]);
  assign popcount_l44_f2 = ~ ({ popcount_l35_f2[2], popcount_l31_f2[3:2] }
    | { argmax_l43_f1, argmax_l43_f1, argmax_l43_f1 });
  assign argmax_l44_f2 = ~ ({ argmax_l40_f2[6:4], popcount_l36_f1[1], argmax_l40_f2[3], popcount_l31_f2[4], argmax_l40_f2[0] }
    | { argmax_l43_f3, argmax_l43_f2[3:2], argmax_l43_f1, argmax_l43_f2[1], argmax_l43_f1, argmax_l43_f2[0] });
  assign argmax_l45_f1 = ~ { argmax_l44_f2[5:4], argmax_l44_f2[2], argmax_l44_f2[0] };
  assign argmax_l45_f2 = ~ ({ argmax_l41_f2, argmax_l41_f1 } | { argmax_l44_f2[3], popcount_l44_f2[0] });
  assign argmax_l45_f3 = ~ ({ argmax_l39_f10, argmax_l39_f10, argmax_l39_f10 }
    | { argmax_l36_f2[0], argmax_l32_f2[2:1] }
    | { popcount_l44_f2[2:1], argmax_l44_f2[1] });
  assign argmax_l46_f2 = ~ ({ popcount_l34_f2[3], argmax_l45_f1[0], argmax_l45_f1[3], popcount_l30_f1[3], argmax_l45_f1[2], popcount_l30_f2[5], argmax_l45_f1[1], popcount_l30_f2[4], argmax_l30_f2[3] }
    | { argmax_l45_f3[2], argmax_l32_f2[3], argmax_l27_f2[1], argmax_l45_f2[1], argmax_l27_f2[0], argmax_l45_f3[1], argmax_l22_f2[0], argmax_l45_f3[0], argmax_l45_f2[0] });
  assign argmax_l47_f2 = ~ ({ argmax_l46_f2[7], argmax_l46_f2[5], argmax_l46_f2[1], argmax_l46_f2[3] }
    | { argmax_l46_f2[8], argmax_l46_f2[6], argmax_l46_f2[2], argmax_l46_f2[4] });
  assign argmax_l48_f1 = ~ argmax_l47_f2;
  assign rank1 = { argmax_l11_f2, layer0_l5_f2[23], argmax_l10_f2, argmax_l21_f1, argmax_l25_f1[1], argmax_l21_f2[1], argmax_l28_f2[1], popcount_l25_f1[7], argmax_l24_f2[4], argmax_l21_f2[0], argmax_l23_f2, argmax_l26_f2, argmax_l48_f1[3:2], argmax_l48_f1[0], argmax_l48_f1[1], argmax_l44_f2[6], argmax_l46_f2[8], argmax_l45_f3[2], argmax_l27_f2[1], argmax_l44_f2[5], argmax_l45_f2[1], argmax_l27_f2[0], argmax_l44_f2[4], argmax_l46_f2[3], argmax_l45_f3[1], argmax_l22_f2[0], argmax_l44_f2[2], argmax_l46_f2[1], argmax_l45_f3[0], argmax_l46_f2[0], argmax_l45_f2[0], argmax_l32_f2[3], argmax_l44_f2[0], popcount_l29_f2[6], popcount_l32_f2[2] };
endmodule

// NOR gates: 118, pins: 217, levels: 30; written by nor2hdl.
// A vector PART_lLEVEL_fFANIN holds the gates of one part, level and fan-in.
module digits_core_stage2(rank1, cls);
  input [36:0] rank1;
  wire [36:0] rank1;
  output [3:0] cls;
  wire [3:0] cls;
  wire popcount_l1_f1;
  wire [14:0] argmax_l1_f1;
  wire layer0_l1_f1;
  wire argmax_l2_f2;
  wire argmax_l3_f5;
  wire argmax_l4_f1;
  wire [1:0] argmax_l5_f2;
  wire argmax_l6_f1;
  wire [6:0] argmax_l6_f2;
  wire [9:0] argmax_l7_f2;
  wire [5:0] argmax_l8_f1;
  wire [2:0] argmax_l8_f2;
  wire popcount_l9_f2;
  wire [6:0] argmax_l9_f2;
  wire layer0_l9_f2;
  wire argmax_l10_f9;
  wire argmax_l11_f1;
  wire argmax_l11_f2;
  wire [1:0] argmax_l12_f2;
  wire argmax_l13_f1;
  wire [3:0] argmax_l13_f2;
  wire [8:0] argmax_l14_f2;
  wire [1:0] argmax_l15_f1;
  wire [2:0] argmax_l15_f2;
  wire argmax_l15_f3;
  wire [1:0] argmax_l16_f1;
  wire [2:0] argmax_l16_f2;
  wire argmax_l17_f3;
  wire argmax_l18_f1;
  wire argmax_l19_f2;
  wire argmax_l20_f1;
  wire argmax_l21_f2;
  wire argmax_l21_f7;
  wire argmax_l22_f1;
  wire [1:0] argmax_l22_f2;
  wire [2:0] argmax_l23_f2;
  wire argmax_l24_f1;
  wire argmax_l24_f2;
  wire argmax_l24_f3;
  wire [1:0] argmax_l25_f1;
  wire [1:0] argmax_l25_f2;
  wire [1:0] argmax_l26_f2;
  wire argmax_l26_f3;
  wire argmax_l27_f1;
  wire [1:0] argmax_l27_f2;
  wire [2:0] argmax_l28_f2;
  wire argmax_l29_f2;
  wire argmax_l30_f2;
  assign popcount_l1_f1 = ~ rank1[0];
  assign argmax_l1_f1 = ~ { rank1[36], rank1[31:30], rank1[26:24], rank1[19], rank1[16:15], rank1[13:12], rank1[9:8], rank1[3:2] };
  assign layer0_l1_f1 = ~ rank1[35];
  assign argmax_l2_f2 = ~ (popcount_l1_f1 | argmax_l1_f1[8]);
  assign argmax_l3_f5 = ~ (rank1[20] | rank1[21] | rank1[22] | rank1[23] | argmax_l2_f2);
  assign argmax_l4_f1 = ~ argmax_l3_f5;
  assign argmax_l5_f2 = ~ ({ rank1[4], rank1[5] } | { argmax_l4_f1, argmax_l4_f1 });
  assign argmax_l6_f1 = ~ argmax_l5_f2[0];
  assign argmax_l6_f2 = ~ ({ argmax_l1_f1[5], rank1[5], argmax_l1_f1[1], argmax_l1_f1[7], argmax_l1_f1[3], rank1[1:0] }
    | { argmax_l5_f2[0], argmax_l5_f2, argmax_l5_f2[0], argmax_l5_f2[0], argmax_l5_f2[0], argmax_l5_f2[0] });
  assign argmax_l7_f2 = ~ ({ argmax_l1_f1[4], rank1[10], rank1[17], rank1[28], argmax_l1_f1[6], rank1[6], rank1[14], argmax_l1_f1[0], argmax_l1_f1[8], argmax_l1_f1[2] }
    | { argmax_l6_f2[6], argmax_l6_f1, argmax_l6_f1, argmax_l6_f2[5], argmax_l6_f2[3], argmax_l6_f1, argmax_l6_f2[1], argmax_l6_f2[4], argmax_l6_f2[0], argmax_l6_f2[2] });
  assign argmax_l8_f1 = ~ { argmax_l7_f2[9], argmax_l7_f2[5], argmax_l7_f2[3:0] };
  assign argmax_l8_f2 = ~ ({ rank1[18], rank1[11], rank1[7] }
    | { argmax_l7_f2[7], argmax_l7_f2[8], argmax_l7_f2[4] });
  assign popcount_l9_f2 = ~ (rank1[29] | argmax_l8_f2[1]);
  assign argmax_l9_f2 = ~ ({ rank1[33:31], argmax_l1_f1[12:11], rank1[24], rank1[25] }
    | { argmax_l8_f1[0], argmax_l8_f2[0], argmax_l8_f1[5], argmax_l8_f2[2], argmax_l8_f1[3:1] });
  assign layer0_l9_f2 = ~ (rank1[27] | argmax_l8_f1[4]);
  assign argmax_l10_f9 = ~ (| { argmax_l9_f2[6:3], popcount_l9_f2, argmax_l7_f2[6], layer0_l9_f2, argmax_l9_f2[2:1] });
  assign argmax_l11_f1 = ~ argmax_l10_f9;
  assign argmax_l11_f2 = ~ (argmax_l1_f1[10] | argmax_l10_f9);
  assign argmax_l12_f2 = ~ ({ argmax_l8_f1[1], argmax_l9_f2[0] } | { argmax_l11_f2, argmax_l11_f1 });
  assign argmax_l13_f1 = ~ argmax_l12_f2[0];
  assign argmax_l13_f2 = ~ ({ rank1[26], argmax_l1_f1[9], argmax_l1_f1[13], rank1[30] }
    | { argmax_l12_f2[0], argmax_l12_f2[0], argmax_l12_f2[0], argmax_l12_f2[0] });
  assign argmax_l14_f2 = ~ ({ argmax_l8_f1[0], argmax_l8_f1[3:2], argmax_l8_f2[2], argmax_l6_f2[5], argmax_l8_f1[5:4], argmax_l8_f2[0], argmax_l8_f2[1] }
    | { argmax_l13_f1, argmax_l13_f2[3:2], argmax_l13_f2[0], argmax_l13_f1, argmax_l13_f2[1], argmax_l13_f1, argmax_l13_f1, argmax_l13_f1 });
  assign argmax_l15_f1 = ~ { argmax_l14_f2[5], argmax_l14_f2[3] };
  assign argmax_l15_f2 = ~ ({ argmax_l9_f2[6], layer0_l9_f2, argmax_l9_f2[5] }
    | { argmax_l14_f2[8], argmax_l14_f2[2:1] });
  assign argmax_l15_f3 = ~ (popcount_l9_f2 | argmax_l12_f2[1] | argmax_l14_f2[0]);
  assign argmax_l16_f1 = ~ { argmax_l15_f3, argmax_l15_f2[0] };
  assign argmax_l16_f2 = ~ (rank1[36:34] | { argmax_l15_f2[2:1], argmax_l15_f1[0] });
  assign argmax_l17_f3 = ~ (argmax_l7_f2[6] | argmax_l16_f1[0] | argmax_l14_f2[4]);
  assign argmax_l18_f1 = ~ argmax_l17_f3;
  assign argmax_l19_f2 = ~ (argmax_l16_f2[0] | argmax_l18_f1);
  assign argmax_l20_f1 = ~ argmax_l19_f2;
  assign argmax_l21_f2 = ~ (argmax_l20_f1 | argmax_l15_f1[1]);
  assign argmax_l21_f7 = ~ (argmax_l20_f1
    | argmax_l16_f2[1]
    | argmax_l14_f2[5]
    | argmax_l14_f2[6]
    | argmax_l14_f2[7]
    | argmax_l16_f2[2]
    | argmax_l16_f1[1]);
  assign argmax_l22_f1 = ~ argmax_l21_f7;
  assign argmax_l22_f2 = ~ ({ argmax_l1_f1[14], layer0_l1_f1 } | { argmax_l21_f7, argmax_l21_f7 });
  assign argmax_l23_f2 = ~ ({ argmax_l15_f2[2], argmax_l15_f1[0], argmax_l15_f2[1] }
    | { argmax_l22_f2[1], argmax_l22_f1, argmax_l22_f2[0] });
  assign argmax_l24_f1 = ~ argmax_l23_f2[0];
  assign argmax_l24_f2 = ~ (argmax_l14_f2[6] | argmax_l23_f2[2]);
  assign argmax_l24_f3 = ~ (argmax_l20_f1 | argmax_l23_f2[0] | argmax_l23_f2[1]);
  assign argmax_l25_f1 = ~ { argmax_l24_f2, argmax_l24_f3 };
  assign argmax_l25_f2 = ~ ({ argmax_l18_f1, argmax_l18_f1 } | { argmax_l24_f3, argmax_l24_f1 });
  assign argmax_l26_f2 = ~ ({ argmax_l16_f1[1], argmax_l16_f1[1] } | { argmax_l25_f2[1], argmax_l25_f1[1] });
  assign argmax_l26_f3 = ~ (argmax_l16_f1[0] | argmax_l25_f2[0] | argmax_l21_f2);
  assign argmax_l27_f1 = ~ argmax_l26_f2[0];
  assign argmax_l27_f2 = ~ ({ argmax_l25_f1[1], argmax_l16_f1[1] } | { argmax_l26_f2[1], argmax_l26_f3 });
  assign argmax_l28_f2 = ~ ({ argmax_l25_f1[0], argmax_l24_f3, argmax_l12_f2[1] }
    | { argmax_l27_f1, argmax_l27_f1, argmax_l27_f2[0] });
  assign argmax_l29_f2 = ~ (argmax_l14_f2[6] | argmax_l28_f2[0]);
  assign argmax_l30_f2 = ~ (argmax_l29_f2 | argmax_l23_f2[2]);
  assign cls = { argmax_l28_f2[2:1], argmax_l27_f2[1], argmax_l30_f2 };
endmodule
